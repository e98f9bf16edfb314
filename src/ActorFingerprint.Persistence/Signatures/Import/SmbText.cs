namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Expressions for one part of the fact <c>smb</c>: <c>server smb1 dialect=… os=Windows 5.1 lm=Windows 2000 LAN Manager</c>.
/// </summary>
internal static class SmbText
{
    private const string Before = "^(?:client|server) smb1 (?:.* )?";
    private const string Behind = "(?: (?:lm|domain|name)=|$)";

    /// <summary>An expression for values whose part <c>os</c> or <c>lm</c> is the text, or has it.</summary>
    public static string Expression(string part, string text, bool isPartial)
    {
        var plain = SignatureText.ExpressionOf(text);
        return isPartial ? $"{Before}{part}=[^=]*{plain}" : $"{Before}{part}={plain}{Behind}";
    }

    /// <summary>An expression for values whose part matches an expression, which may be anchored at either end.</summary>
    public static string Around(string part, RecogExpression expression) =>
        $"{expression.Options}{Before}{part}={(expression.IsAnchoredAtStart ? "" : "[^=]*?")}(?:{expression.Body})"
        + (expression.IsAnchoredAtEnd ? Behind : "");
}
