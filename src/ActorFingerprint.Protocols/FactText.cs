using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>Cuts escaped text to a length without leaving half an escape.</summary>
internal static class FactText
{
    private const int EscapeLength = 4;

    /// <summary>At most <see cref="DeviceFact.MaxLength"/> characters.</summary>
    public static string Bounded(string escaped) =>
        escaped.Length <= DeviceFact.MaxLength ? escaped : escaped[..CutAt(escaped, DeviceFact.MaxLength)];

    /// <summary>Where to cut text that is longer than <paramref name="length"/>: there, or before the escape that would be torn.</summary>
    private static int CutAt(string escaped, int length)
    {
        var escape = escaped.LastIndexOf('\\', length - 1, EscapeLength - 1);
        return escape < 0 ? length : escape;
    }
}
