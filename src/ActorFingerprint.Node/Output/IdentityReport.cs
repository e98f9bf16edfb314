using System.Globalization;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Http;

namespace ActorFingerprint.Node.Output;

/// <summary>What a device is and why, for people.</summary>
internal static class IdentityReport
{
    private const int MaxValue = 60;

    public static void Write(IdentityResource identity, CliConsole console)
    {
        var output = console.Out;
        Fact("device", identity.Key);
        Fact("type", $"{identity.Type} {Percent(identity.Confidence)}{(identity.ParentType == identity.Type ? "" : $" (a kind of {identity.ParentType})")}");
        Fact("vendor", identity.Vendor);
        Fact("model", identity.Model);
        Fact("system", identity.Os);
        if (identity.IsLocallyAdministered)
            Fact("address", $"locally administered; made for privacy: {Percent(identity.PrivacyAddressLikelihood)}");
        if (identity.Candidates.Count > 1)
            Fact("candidates", string.Join(", ", identity.Candidates.Select(candidate => $"{candidate.Type} {Percent(candidate.Confidence)}")));
        Fact("database", identity.Database);
        if (identity.Evidence.Count == 0)
        {
            output.WriteLine("nothing that it showed is in the signature databases");
            return;
        }
        output.WriteLine();
        var table = new TextTable("support", "source", "says", "because", "is", "met rule", "first seen");
        foreach (var evidence in identity.Evidence)
            table.Add(
                Percent(evidence.Support), evidence.Source, Says(evidence), evidence.Kind, Short(evidence.Value),
                $"{Short(evidence.Rule)} ({evidence.Origin}{(evidence.Quality == "exact" ? "" : $", {evidence.Quality}")})",
                evidence.At.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
        table.Write(output, console.IsOutTerminal);

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) output.WriteLine($"{name,-12} {TerminalText.Escape(value)}");
        }
    }

    private static string Says(EvidenceResource evidence)
    {
        string?[] parts = [evidence.Type == "unknown" ? null : evidence.Type, evidence.Vendor, evidence.Model, evidence.Os is { } os ? $"[{os}]" : null];
        return string.Join(' ', parts.Where(part => part is not null));
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    private static string Short(string text) => text.Length <= MaxValue ? text : text[..(MaxValue - 1)] + "…";
}
