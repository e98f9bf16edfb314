using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.Node.Security;

/// <summary>What a token allows. A higher role includes the lower ones.</summary>
public enum Role
{
    /// <summary>Reads devices and their history.</summary>
    Reader = 1,
    /// <summary>Asks for decisions.</summary>
    Decider = 2,
    /// <summary>Starts and stops captures, names and erases devices, stops the node.</summary>
    Admin = 3,
}

/// <summary>
/// The bearer tokens of a node: a file of mode 0600 with one <c>role token</c> a line, <c>#</c> for comments. Made with one random
/// admin token when it does not exist. Only hashes stay in memory.
/// </summary>
public sealed class TokenFile
{
    private const int MinTokenLength = 20;
    private readonly (Role Role, byte[] Hash)[] _tokens;

    private TokenFile(string path, (Role, byte[])[] tokens) => (Path, _tokens) = (path, tokens);

    /// <summary>Where the tokens are.</summary>
    public string Path { get; }

    /// <summary>Reads the file, or makes it. Throws <see cref="InvalidDataException"/> with the line and what to write.</summary>
    public static TokenFile OpenOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new InvalidDataException($"{path}: others on this machine can read the tokens: run chmod 600 {path}");
        return new TokenFile(path, [.. ReadLines(path).Select(line => (line.Role, HashOf(line.Token)))]);
    }

    /// <summary>The first token with at least a role, for a client on the same machine; null when there is none.</summary>
    public static string? FindToken(string path, Role atLeast) =>
        File.Exists(path) ? ReadLines(path).Where(l => l.Role >= atLeast).Select(l => l.Token).FirstOrDefault() : null;

    /// <summary>The role of a presented token, or null. Takes the same time for every wrong token.</summary>
    public Role? Authenticate(string presented)
    {
        var hash = HashOf(presented);
        Role? found = null;
        foreach (var (role, known) in _tokens)
            if (CryptographicOperations.FixedTimeEquals(hash, known) && (found is null || role > found)) found = role;
        return found;
    }

    private static void Create(string path)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write($"# Bearer tokens of this node: role (reader, decider, admin) and token.\nadmin {token}\n");
    }

    private static IEnumerable<(Role Role, string Token)> ReadLines(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.AsSpan().Trim() is [] or ['#', ..]) continue;
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 2 || !Enum.TryParse<Role>(parts[0], ignoreCase: true, out var role) || !Enum.IsDefined(role)
                || char.IsAsciiDigit(parts[0][0]))
                throw new InvalidDataException($"{path}({number}): write a role (reader, decider or admin), a blank and a token");
            if (parts[1].Length < MinTokenLength)
                throw new InvalidDataException(
                    $"{path}({number}): the token is shorter than {MinTokenLength} characters: make one with openssl rand -hex 32");
            yield return (role, parts[1]);
        }
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
