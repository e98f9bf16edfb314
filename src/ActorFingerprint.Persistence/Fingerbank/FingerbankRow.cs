using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>A row of <c>fingerbank_cache</c> without its hits. Times are milliseconds since 1970.</summary>
internal sealed record FingerbankRow(
    string Mac, string Json, string? DhcpFingerprint, string? UserAgents, string SignalHash, long FetchedAt, long ExpiresAt)
{
    /// <summary>When a seed expires: never.</summary>
    public const long Never = long.MaxValue;

    /// <summary>What keeps an answer: also "the API knows nothing", as a null device.</summary>
    public static FingerbankRow Of(ApiQuestion question, ApiDevice? device, long fetchedAt, long expiresAt) => new(
        question.Mac.IsUnicast ? question.Mac.ToString() : "", ApiDeviceJson.Write(device), question.DhcpFingerprint,
        question.UserAgents.Count == 0 ? null : JsonSerializer.Serialize(question.UserAgents, FingerbankJson.Default.IReadOnlyListString),
        question.SignalHash, fetchedAt, expiresAt);

    /// <summary>CRC-32C over every column, each text behind its length, so that no byte can move to the next unseen.</summary>
    public uint Checksum()
    {
        var running = Crc32C.Start;
        foreach (var text in (ReadOnlySpan<string?>)[Mac, Json, DhcpFingerprint, UserAgents, SignalHash])
        {
            var utf8 = text is null ? [] : Encoding.UTF8.GetBytes(text);
            running = Crc32C.Append(running, BitConverter.GetBytes(text is null ? -1 : utf8.Length));
            running = Crc32C.Append(running, utf8);
        }
        running = Crc32C.Append(running, BitConverter.GetBytes(FetchedAt));
        return Crc32C.Finish(Crc32C.Append(running, BitConverter.GetBytes(ExpiresAt)));
    }

    /// <summary>What the row says; false when it makes no sense although its checksum is right.</summary>
    public bool TryRead(out MacAddress mac, out ApiDevice? device)
    {
        (mac, device) = (default, null);
        if (Mac.Length > 0 && !MacAddress.TryParse(Mac, out mac)) return false;
        return Json == "null" || ApiDeviceJson.TryRead(Encoding.UTF8.GetBytes(Json), out device);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class FingerbankJson : System.Text.Json.Serialization.JsonSerializerContext;
