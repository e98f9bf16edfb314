using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>SMB facts as text (docs/formats.md): <c>client smb2 dialects=0202,0311 mode=1 caps=0x7f</c>.</summary>
internal static class SmbFacts
{
    /// <summary>What a message tells; empty when it tells nothing.</summary>
    public static IReadOnlyList<DeviceFact> Of(SmbContent content)
    {
        var facts = new List<DeviceFact>(2);
        Add(facts, new FactText(content.IsServer, "smb" + content.Version.ToString(CultureInfo.InvariantCulture))
            .With("dialects", string.Join(',', content.Dialects))
            .With("dialect", content.Dialect)
            .With("mode", content.SecurityMode?.ToString(CultureInfo.InvariantCulture))
            .With("caps", content.Capabilities is { } bits ? $"0x{bits:x}" : null)
            .With("contexts", string.Join(',', content.Contexts))
            .With("ciphers", string.Join(',', content.Ciphers))
            .With("os", content.NativeOs)
            .With("lm", content.LanManager)
            .With("domain", content.Domain)
            .With("name", content.ServerName));
        if (content.Ntlm is { } ntlm)
        {
            Add(facts, new FactText(content.IsServer, "ntlm")
                .With("os", ntlm.OsVersion)
                .With("revision", ntlm.Revision == 0 ? null : ntlm.Revision.ToString(CultureInfo.InvariantCulture))
                .With("workstation", ntlm.Workstation)
                .With("target", ntlm.TargetName)
                .With("netbios", ntlm.NetbiosName)
                .With("netbios-domain", ntlm.NetbiosDomain)
                .With("dns", ntlm.DnsName)
                .With("dns-domain", ntlm.DnsDomain)
                .With("dns-forest", ntlm.DnsForest));
        }
        return facts;
    }

    private static void Add(List<DeviceFact> facts, FactText text)
    {
        if (text.Value is { } value) facts.Add(new DeviceFact(FactKind.Smb, value));
    }

    private sealed class FactText(bool isServer, string about)
    {
        private readonly StringBuilder _text = new(isServer ? "server " : "client ");
        private bool _says;

        public string? Value => !_says ? null
            : _text.Length <= DeviceFact.MaxLength ? _text.ToString() : _text.ToString(0, DeviceFact.MaxLength);

        public FactText With(string name, string? value)
        {
            if (string.IsNullOrEmpty(value)) return this;
            if (!_says) _text.Append(about);
            _says = true;
            _text.Append(' ').Append(name).Append('=').Append(value);
            return this;
        }
    }
}
