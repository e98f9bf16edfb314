namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>One field of an HTTP signature: <c>?name=[value]</c>.</summary>
internal readonly record struct HttpPatternField(string Name, string Value, bool IsOptional)
{
    /// <summary>Names are compared as they are spelled: the spelling tells programs apart.</summary>
    public bool HasName(string name) => Name == name;

    /// <summary>Reads the field at <paramref name="at"/> and the comma behind it.</summary>
    public static bool TryRead(string text, ref int at, out HttpPatternField field)
    {
        field = default;
        var isOptional = text[at] == '?';
        var start = isOptional ? at + 1 : at;
        var end = text.AsSpan(start).IndexOfAny(",:=");
        if (end <= 0) return false;
        var name = text.Substring(start, end);
        at = start + end;
        var value = "";
        if (text[at] == '=')
        {
            if (at + 1 >= text.Length || text[at + 1] != '[' || text.IndexOf(']', at) is not (var close and > 0)) return false;
            value = text[(at + 2)..close];
            at = close + 1;
        }
        if (at < text.Length && text[at] == ',') at++;
        field = new HttpPatternField(name, value, isOptional);
        return true;
    }
}
