using System.Globalization;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>Made-up devices: kinds, makers and models as deep as real databases have them.</summary>
internal sealed class GeneratedDevices
{
    private const int Count = 8_000;
    private const int Makers = 400;

    private static readonly string[] Syllables = ["ba", "cor", "den", "fi", "gal", "hon", "ix", "jo", "ka", "lum", "mer", "no", "pra", "quo", "ris", "sol", "tek", "va", "wen", "zu"];
    private static readonly string[] Systems = ["Linux", "Windows", "Android", "iOS", "macOS"];

    private readonly SeededRandom _random;
    private readonly SignatureDevice[] _all;
    private readonly string[] _makers;

    public GeneratedDevices(SeededRandom random)
    {
        _random = random;
        _makers = [.. Enumerable.Range(0, Makers).Select(i => Name(i))];
        _all = [.. Enumerable.Range(0, Count).Select(Make)];
    }

    /// <summary>One of the devices.</summary>
    public SignatureDevice Any => _all[_random.Next(Count)];

    /// <summary>A word that is no other number's.</summary>
    public static string Name(int number)
    {
        var name = string.Concat(Syllables[number % 20], Syllables[number / 20 % 20], Syllables[(number / 400) % 20]);
        return char.ToUpperInvariant(name[0]) + name[1..] + (number < 8_000 ? "" : (number / 8_000).ToString(CultureInfo.InvariantCulture));
    }

    private SignatureDevice Make(int number)
    {
        var maker = _makers[_random.Next(Makers)];
        var type = (DeviceType)(1 + _random.Next((int)DeviceType.Vehicle));
        var model = string.Create(CultureInfo.InvariantCulture, $"{maker[..2].ToUpperInvariant()}-{number}");
        return new SignatureDevice(DevicePath.Of(type.ToString(), maker, model))
        {
            Type = type,
            Vendor = maker,
            Model = model,
            Os = _random.Chance(40) ? Systems[_random.Next(Systems.Length)] : null,
        };
    }
}
