using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Node.Http;

namespace ActorFingerprint.Node.Cli;

/// <summary>The options that name one context of the limiter: who asks, from where, with what device.</summary>
internal sealed class LimitsContext
{
    private readonly Option<string> _policy = Declare.ValueOr(
        "--policy", "name", "login", "Policy: login, otp, api_heavy or one of your own. Default: login.");
    private readonly Option<string?> _ip = Declare.Value<string>("--ip", "address", "Address of the client. Required.");
    private readonly Option<string?> _account = Declare.Value<string>(
        "--account", "id", "Account as the back end names it to the limiter: opaque.");
    private readonly Option<string?> _userAgent = Declare.Value<string>("--user-agent", "text", "User-Agent header.");
    private readonly Option<string?> _languages = Declare.Value<string>("--accept-language", "text", "Accept-Language header.");
    private readonly Option<string?> _hints = Declare.Value<string>("--client-hints", "json", "Client hints: a JSON object.");
    private readonly Option<string?> _correlation = Declare.Value<string>("--correlation", "id", "Correlation id.");
    private readonly Option<string?> _session = Declare.Value<string>("--session", "id", "Id of the device's session cookie.");
    private readonly Option<bool> _trusted = Declare.Flag("--trusted", "The session id was verified for the account.");
    private readonly Option<bool> _verified = Declare.Flag("--verified", "The device was proved for the account before.");

    /// <summary>Gives the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [_policy, _ip, _account, _userAgent, _languages, _hints, _correlation, _session, _trusted, _verified];
        foreach (var option in all) command.Options.Add(option);
    }

    /// <summary>The question that the command line asks.</summary>
    public LimitQuestion Read(ParseResult parsed) => new()
    {
        Policy = parsed.GetValue(_policy),
        Ip = parsed.GetValue(_ip) ?? throw new UsageException("--ip is missing: name the address of the client, such as --ip 198.51.100.7"),
        AccountId = parsed.GetValue(_account),
        UserAgent = parsed.GetValue(_userAgent),
        AcceptLanguage = parsed.GetValue(_languages),
        ClientHints = ReadHints(parsed.GetValue(_hints)),
        CorrelationId = parsed.GetValue(_correlation),
        SessionDeviceId = parsed.GetValue(_session),
        SessionTrusted = parsed.GetValue(_trusted),
        DevicePreviouslyVerified = parsed.GetValue(_verified),
    };

    /// <summary>The same as the query of <c>GET /api/limits/state</c>.</summary>
    public static string QueryOf(LimitQuestion question)
    {
        var query = new StringBuilder();
        Add("policy", question.Policy);
        Add("ip", question.Ip);
        Add("accountId", question.AccountId);
        Add("userAgent", question.UserAgent);
        Add("acceptLanguage", question.AcceptLanguage);
        Add("clientHints", question.ClientHints?.GetRawText());
        Add("sessionDeviceId", question.SessionDeviceId);
        Add("sessionTrusted", question.SessionTrusted ? "true" : null);
        Add("devicePreviouslyVerified", question.DevicePreviouslyVerified ? "true" : null);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (value is null) return;
            query.Append(CultureInfo.InvariantCulture, $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}");
        }
    }

    private static JsonElement? ReadHints(string? json)
    {
        if (json is null) return null;
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            throw new UsageException("--client-hints: this is no JSON: write an object, such as '{\"tz\":\"+60\"}'");
        }
    }
}
