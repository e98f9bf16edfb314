using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Node.Security;

/// <summary>
/// The limiter's two secrets, each in a file of its own (mode 0600): 32 bytes; after a rotation also the 32 bytes before it and when they
/// were exchanged (Unix seconds, 8 bytes, big-endian). A file is replaced whole, so a crash leaves the old one or the new one.
/// </summary>
internal sealed class LimiterSecretFiles
{
    private const int SecretLength = 32;
    private const int RotatedLength = SecretLength + SecretLength + sizeof(long);

    private readonly string _outer, _fingerprint;
    private byte[] _outerBytes, _fingerprintBytes;

    private LimiterSecretFiles(string outer, string fingerprint)
    {
        (_outer, _fingerprint) = (outer, fingerprint);
        (_outerBytes, _fingerprintBytes) = (Load(outer), Load(fingerprint));
        Secrets = Restore();
    }

    /// <summary>The secrets as stored.</summary>
    public LimiterSecrets Secrets { get; private set; }

    /// <summary>Reads the secrets of a folder; makes the ones that are missing.</summary>
    /// <exception cref="InvalidDataException">A file has the wrong length.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static LimiterSecretFiles OpenOrCreate(string folder)
    {
        var (outer, fingerprint) = (Path.Combine(folder, "limiter-outer.secret"), Path.Combine(folder, "limiter-fingerprint.secret"));
        foreach (var path in (string[])[outer, fingerprint])
            if (!File.Exists(path)) Replace(path, RandomNumberGenerator.GetBytes(SecretLength));
        return new(outer, fingerprint);
    }

    /// <summary>Exchanges secrets for random ones and stores them; false while a previous generation must still be kept (24 h).</summary>
    public bool TryRotate(SecretKinds kinds, long atSeconds)
    {
        var (key, fingerprint) = (RandomNumberGenerator.GetBytes(SecretLength), RandomNumberGenerator.GetBytes(SecretLength));
        if (!Secrets.TryRotate(kinds, key, fingerprint, atSeconds, out _)) return false;
        _outerBytes = Store(_outer, _outerBytes, kinds.HasFlag(SecretKinds.Key) ? key : null, atSeconds);
        _fingerprintBytes = Store(_fingerprint, _fingerprintBytes, kinds.HasFlag(SecretKinds.Fingerprint) ? fingerprint : null, atSeconds);
        Secrets = Restore();
        return true;
    }

    private LimiterSecrets Restore()
    {
        var rotatedAt = Math.Max(RotatedAt(_outerBytes), RotatedAt(_fingerprintBytes));
        return LimiterSecrets.Restore(
            _outerBytes[..SecretLength], _fingerprintBytes[..SecretLength], PreviousOf(_outerBytes), PreviousOf(_fingerprintBytes),
            rotatedAt == 0 ? null : rotatedAt);
    }

    private static byte[]? PreviousOf(byte[] file) => file.Length == RotatedLength ? file[SecretLength..(2 * SecretLength)] : null;

    private static long RotatedAt(byte[] file) =>
        file.Length == RotatedLength ? BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(2 * SecretLength)) : 0;

    /// <summary>With a new secret, the old one stays as the previous; without, a previous one has had its time.</summary>
    private static byte[] Store(string path, byte[] file, byte[]? next, long atSeconds)
    {
        if (next is null && file.Length == SecretLength) return file;
        var content = file[..SecretLength];
        if (next is not null)
        {
            content = new byte[RotatedLength];
            next.CopyTo(content, 0);
            file.AsSpan(0, SecretLength).CopyTo(content.AsSpan(SecretLength));
            BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(2 * SecretLength), atSeconds);
        }
        Replace(path, content);
        return content;
    }

    private static byte[] Load(string path) => File.ReadAllBytes(path) is { Length: SecretLength or RotatedLength } file
        ? file
        : throw new InvalidDataException(
            $"{path}: not a limiter secret ({SecretLength} or {RotatedLength} bytes); restore it from a backup");

    private static void Replace(string path, byte[] content)
    {
        var unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
