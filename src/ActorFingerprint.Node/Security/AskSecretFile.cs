using System.Text;
using ActorFingerprint.Cluster.Asks;

namespace ActorFingerprint.Node.Security;

/// <summary>The secret that the nodes of a cluster share: the first line of a file that nobody else on the machine can read.</summary>
internal static class AskSecretFile
{
    /// <summary>Reads the secret.</summary>
    /// <exception cref="InvalidDataException">Others can read the file, or its first line is too short.</exception>
    public static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new InvalidDataException($"{path}: others on this machine can read the secret: run chmod 600 {path}");
        var secret = Encoding.UTF8.GetBytes(File.ReadLines(path).FirstOrDefault("").Trim());
        return secret.Length >= AskSignature.LeastSecret
            ? secret
            : throw new InvalidDataException(
                $"{path}: the secret is shorter than {AskSignature.LeastSecret} characters: make one with openssl rand -hex 32, for all nodes the same");
    }
}
