using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Http;

/// <summary>
/// The fields of one header that are used, in one walk. Names are compared without case (RFC 9110 §5.1); of a repeated field the first
/// counts. Borrows the bytes.
/// </summary>
internal ref struct HttpHeader
{
    /// <summary>Fields that are read.</summary>
    public const int MaxFields = 100;

    /// <summary>Bytes of a field name that are used.</summary>
    public const int MaxName = 64;

    /// <summary>Value of Host.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }

    /// <summary>Value of User-Agent.</summary>
    public ReadOnlySpan<byte> UserAgent { get; private set; }

    /// <summary>Value of Server.</summary>
    public ReadOnlySpan<byte> Server { get; private set; }

    /// <summary>Which of the three were there, an empty value too.</summary>
    public bool HasHost { get; private set; }

    /// <inheritdoc cref="HasHost"/>
    public bool HasUserAgent { get; private set; }

    /// <inheritdoc cref="HasHost"/>
    public bool HasServer { get; private set; }

    /// <summary>Content-Length, 0 without one; -1 when the length of the body cannot be known from the header.</summary>
    public long BodyLength { get; private set; }

    /// <summary>Content-Length was there.</summary>
    public bool HasBodyLength { get; private set; }

    /// <summary>A line among the fields was none.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reads the field lines.</summary>
    public static HttpHeader Read(ReadOnlySpan<byte> lines)
    {
        var header = new HttpHeader();
        var fields = new HttpFieldReader(lines);
        for (var count = 0; count < MaxFields && fields.TryRead(out var name, out var value); count++) header.Take(name, value);
        header.IsBroken = fields.IsBroken;
        return header;
    }

    /// <summary>The names in their order, escaped.</summary>
    public static string[] Names(ReadOnlySpan<byte> lines)
    {
        var names = new List<string>();
        var fields = new HttpFieldReader(lines);
        while (names.Count < MaxFields && fields.TryRead(out var name, out _))
            names.Add(WireText.Escape(name[..Math.Min(name.Length, MaxName)]));
        return [.. names];
    }

    /// <summary>A value as text: obsolete folding is one space (RFC 9112 §5.2), the rest escaped; cut to a length in characters.</summary>
    public static string Text(ReadOnlySpan<byte> value, int maxLength)
    {
        value = value[..Math.Min(value.Length, maxLength)];
        var text = value.IndexOfAny((byte)'\r', (byte)'\n') < 0 ? WireText.Escape(value) : WireText.Escape(Unfold(value));
        return text.Length <= maxLength ? text : text[..maxLength];
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 4 when !HasHost && Is(name, "host"u8):
                Host = value;
                HasHost = true;
                break;
            case 6 when !HasServer && Is(name, "server"u8):
                Server = value;
                HasServer = true;
                break;
            case 10 when !HasUserAgent && Is(name, "user-agent"u8):
                UserAgent = value;
                HasUserAgent = true;
                break;
            case 14 when !HasBodyLength && Is(name, "content-length"u8):
                HasBodyLength = true;
                BodyLength = BodyLength < 0 ? -1 : NumberOf(value);
                break;
            case 17 when Is(name, "transfer-encoding"u8):
                BodyLength = -1;
                break;
        }
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lowerCase) => System.Text.Ascii.EqualsIgnoreCase(name, lowerCase);

    private static long NumberOf(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.Length > 15) return -1;
        long number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            number = number * 10 + digit - '0';
        }
        return number;
    }

    private static ReadOnlySpan<byte> Unfold(ReadOnlySpan<byte> value)
    {
        var unfolded = new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is not ((byte)'\r' or (byte)'\n')) { unfolded[length++] = value[i]; continue; }
            while (i + 1 < value.Length && value[i + 1] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t') i++;
            unfolded[length++] = (byte)' ';
        }
        return unfolded.AsSpan(0, length);
    }
}
