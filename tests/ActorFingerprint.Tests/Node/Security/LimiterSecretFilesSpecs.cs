using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Node.Security;
using Xunit;

namespace ActorFingerprint.Tests.Node.Security;

public sealed class LimiterSecretFilesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void First_start_makes_two_different_secrets_that_only_the_owner_can_read()
    {
        LimiterSecretFiles.OpenOrCreate(_folder.Path);
        var (outer, fingerprint) = (_folder.File("limiter-outer.secret"), _folder.File("limiter-fingerprint.secret"));
        Assert.Equal((32, 32), (File.ReadAllBytes(outer).Length, File.ReadAllBytes(fingerprint).Length));
        Assert.NotEqual(File.ReadAllBytes(outer), File.ReadAllBytes(fingerprint));
        if (OperatingSystem.IsWindows()) return; // it has no file modes
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(outer));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(fingerprint));
    }

    [Fact]
    public void A_rotation_keeps_the_previous_secret_for_a_day_and_survives_a_restart()
    {
        var files = LimiterSecretFiles.OpenOrCreate(_folder.Path);
        var before = File.ReadAllBytes(_folder.File("limiter-outer.secret"));
        Assert.True(files.TryRotate(SecretKinds.Key, 1_735_732_800));
        var after = File.ReadAllBytes(_folder.File("limiter-outer.secret"));
        Assert.Equal(before, after[32..64]);
        Assert.NotEqual(before, after[..32]);

        var again = LimiterSecretFiles.OpenOrCreate(_folder.Path);
        Assert.True(again.Secrets.HasPrevious);
        Assert.Equal(1_735_732_800, again.Secrets.RotatedAt);
        Assert.False(again.TryRotate(SecretKinds.Fingerprint, 1_735_732_800 + 86_399));
        Assert.True(again.TryRotate(SecretKinds.Fingerprint, 1_735_732_800 + 86_400));
        Assert.Equal(after[..32], File.ReadAllBytes(_folder.File("limiter-outer.secret"))); // its previous one has had its time
    }

    [Fact]
    public void A_damaged_secret_is_refused_not_replaced()
    {
        File.WriteAllBytes(_folder.File("limiter-outer.secret"), new byte[31]);
        var error = Assert.Throws<InvalidDataException>(() => LimiterSecretFiles.OpenOrCreate(_folder.Path));
        Assert.Contains("limiter-outer.secret", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
