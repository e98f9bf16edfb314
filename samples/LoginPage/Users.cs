using System.Security.Cryptography;

namespace LoginPage;

/// <summary>The sample's users: one, with a salted and stretched password, and the same work for users that do not exist.</summary>
internal static class Users
{
    private const int Rounds = 100_000;

    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(16);
    private static readonly byte[] AliceHash = HashOf("correct horse");

    public static bool Knows(string user, string password) =>
        CryptographicOperations.FixedTimeEquals(HashOf(password), AliceHash) & user.Equals("alice", StringComparison.OrdinalIgnoreCase);

    private static byte[] HashOf(string password) => Rfc2898DeriveBytes.Pbkdf2(password, Salt, Rounds, HashAlgorithmName.SHA256, 32);
}
