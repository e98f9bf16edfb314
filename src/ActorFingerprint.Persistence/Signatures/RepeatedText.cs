using System.Text;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>The texts of a column in which one row mostly says the same as the row before: that is decoded once.</summary>
/// <param name="share">Gives one object for equal texts.</param>
internal sealed class RepeatedText(Func<string, string> share)
{
    private byte[] _utf8 = [];
    private string _text = "";

    /// <summary>The text of these bytes.</summary>
    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual(_utf8)) return _text;
        (_utf8, _text) = (utf8.ToArray(), share(Encoding.UTF8.GetString(utf8)));
        return _text;
    }
}
