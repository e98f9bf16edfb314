using System.Globalization;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>Names of an ask on the wire: <c>POST /ask/{region}/{shard}/{kind}</c>; see docs/cluster.md.</summary>
internal static class AskWire
{
    /// <summary>The epoch that the asking node knows, and in an answer 410 the one that the asked node has.</summary>
    public const string Epoch = "af-epoch";

    /// <summary>Milliseconds that the asking node waits.</summary>
    public const string Deadline = "af-deadline";

    public static string PathOf(string region, int shard, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"/ask/{region}/{shard}/{kind}");

    /// <summary>Takes a path apart; false when it is none of an ask.</summary>
    public static bool TryParse(string path, out string region, out int shard, out string kind)
    {
        (region, shard, kind) = ("", 0, "");
        if (path.Split('/') is not ["", "ask", { Length: > 0 and <= 32 } r, var number, { Length: > 0 and <= 32 } k]) return false;
        (region, kind) = (r, k);
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out shard);
    }
}
