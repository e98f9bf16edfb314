using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Ntp;

/// <summary>
/// What an NTP header tells of the stack that wrote it, as one line: <c>v4 mode 3 leap 0 stratum 0 poll 6 precision -20 refid - set
/// transmit</c> (README.md beside this file).
/// </summary>
internal static class NtpFact
{
    private const uint Address = 1;

    private static readonly string[] Names = ["delay", "dispersion", "refid", "reference", "origin", "receive", "transmit"];

    /// <summary>Renders the fact.</summary>
    public static string Of(NtpHeader header)
    {
        var text = new StringBuilder(80);
        text.Append(CultureInfo.InvariantCulture, $"v{header.Version} mode {(int)header.Mode}");
        if (!header.IsTime) return text.ToString();
        text.Append(CultureInfo.InvariantCulture, $" leap {header.Leap} stratum {header.Stratum}");
        text.Append(CultureInfo.InvariantCulture, $" poll {header.Poll} precision {header.Precision}");
        text.Append(" refid ").Append(ReferenceText(header.Stratum, header.ReferenceId)).Append(" set ");
        AppendNames(text, header.Present);
        if (header.Extra > 0) text.Append(CultureInfo.InvariantCulture, $" extra {header.Extra}");
        return text.ToString();
    }

    /// <summary>The part of a reference id that the fact shows: an address says where the time comes from, not what the stack is.</summary>
    public static uint ReferenceOf(int stratum, uint referenceId) => stratum <= 1 || referenceId == 0 ? referenceId : Address;

    private static string ReferenceText(int stratum, uint referenceId)
    {
        if (referenceId == 0) return "-";
        if (stratum > 1) return "address";
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, referenceId);
        return WireText.Escape(bytes.TrimEnd((byte)0));
    }

    private static void AppendNames(StringBuilder text, NtpFields present)
    {
        if (present == NtpFields.None) text.Append('-');
        var isFirst = true;
        for (var bit = 0; bit < Names.Length; bit++)
        {
            if (((int)present >> bit & 1) == 0) continue;
            text.Append(isFirst ? "" : ",").Append(Names[bit]);
            isFirst = false;
        }
    }
}
