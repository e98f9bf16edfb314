using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Reads the quirks field of signatures: names of <see cref="TcpQuirkNames"/> joined by commas, in any order.</summary>
internal static class P0fQuirks
{
    public static bool TryParse(string text, out TcpQuirks quirks)
    {
        quirks = TcpQuirks.None;
        if (text.Length == 0) return true;
        foreach (var name in text.Split(','))
        {
            var bit = -1;
            for (var i = 0; i < TcpQuirkNames.All.Count; i++)
                if (TcpQuirkNames.All[i] == name) bit = i;
            if (bit < 0) return false;
            quirks |= (TcpQuirks)(1 << bit);
        }
        return true;
    }
}
