using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// The list of the Zeek package KYD, <c>dhcp-db.txt</c>: MD5 of the ordered option 55, the list, a device as Fingerbank writes paths, a
/// score
/// of 0 to 100; separated by tabs.
/// </summary>
public sealed class KydImporter : ISignatureImporter
{
    private const string Origin = "kyd";

    /// <inheritdoc />
    public string Name => "kyd";

    /// <inheritdoc />
    public string Describe => "KYD dhcp-db.txt";

    /// <inheritdoc />
    public bool Recognises(ImportFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Head.Split('\n').FirstOrDefault(line => line is not ([] or ['#', ..]))?.Split('\t') is [var hash, var list, _, _, ..]
            && TlsHash.IsMd5(hash) && SignatureText.CodeList(list) is not null;
    }

    /// <inheritdoc />
    public IEnumerable<ImportedEntry> Read(ImportFile file, ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var line in file.Lines(problems))
            if (!line.IsCommentOrBlank && SignatureOf(line, problems) is { } signature)
                yield return new ImportedEntry(line.Number, [signature]);
    }

    private static Signature? SignatureOf(ImportLine line, ImportProblems problems)
    {
        string? wrong = null;
        if (line.Text.TrimEnd().Split('\t', StringSplitOptions.TrimEntries) is not [var hash, var text, { Length: > 0 } path,
            var scoreText])
            wrong = "write md5, list, device and score, separated by tabs";
        else if (SignatureText.CodeList(text) is not { } list) wrong = $"'{text}' is no list of option codes: 1,3,6,15";
        else if (!hash.Equals(Md5(text), StringComparison.OrdinalIgnoreCase)) wrong = $"{hash} is not the MD5 of {text}";
        else if (!int.TryParse(scoreText, NumberStyles.None, CultureInfo.InvariantCulture, out var score) || score > 100)
            wrong = $"'{scoreText}' is no score of 0 to 100";
        else
            return new Signature(SignatureKind.DhcpList, SignatureMatch.Exact, list, FingerbankDevice.Of(path.Split('/')),
                Math.Max(1, score), Origin);
        problems.Add(line.Number, wrong);
        return null;
    }

    /// <summary>MD5 is the key of this list, not a security measure.</summary>
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
