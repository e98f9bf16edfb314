using System.Net.Http.Headers;
using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>The key of a Fingerbank account. Its text leaves this object in one place only: the header of a request.</summary>
public sealed class ApiKey
{
    /// <summary>Longest key, in characters; real ones have 40.</summary>
    public const int MaxLength = 256;

    private readonly string _key;

    private ApiKey(string key) => _key = key;

    /// <summary>
    /// The key of the configuration, or that of its file. Throws <see cref="InvalidDataException"/>, without the key, when there is none,
    /// when others can read the file, or when it is no key.
    /// </summary>
    public static ApiKey Load(FingerbankOptions options)
    {
        if (options.ApiKey.Length > 0) return Of(options.ApiKey, "fingerbank.api-key");
        var path = options.ApiKeyFile;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw new InvalidDataException($"{path}: others on this machine can read the key: run chmod 600 {path}");
            using var reader = new StreamReader(path);
            var text = new char[MaxLength + 8];
            return Of(new string(text, 0, reader.ReadBlock(text)), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: the key cannot be read ({error.Message}); set fingerbank.api-key-file", error);
        }
    }

    /// <summary>What a request carries.</summary>
    internal AuthenticationHeaderValue ToHeader() => new("Bearer", _key);

    /// <summary>Not the key.</summary>
    public override string ToString() => "(set)";

    private static ApiKey Of(string text, string place)
    {
        var key = text.Trim();
        return key.Length is > 0 and <= MaxLength && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '+' or '/' or '=')
            ? new ApiKey(key)
            : throw new InvalidDataException($"{place}: holds no key: write the account's key alone, letters and digits, in one line");
    }
}
