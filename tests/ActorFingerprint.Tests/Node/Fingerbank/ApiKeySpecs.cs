using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;
using Xunit;

namespace ActorFingerprint.Tests.Node.Fingerbank;

public sealed class ApiKeySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_comes_from_a_private_file_and_never_shows_itself()
    {
        var key = ApiKey.Load(new FingerbankOptions { ApiKeyFile = FileWith("  abc123\n") });
        Assert.Equal("Bearer abc123", key.ToHeader().ToString());
        Assert.DoesNotContain("abc123", $"{key} {new FingerbankOptions { ApiKey = "abc123" }} {new ActorFingerprintOptions { Fingerbank = new() { ApiKey = "abc123" } }}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        var path = FileWith("abc123");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains($"chmod 600 {path}", Assert.Throws<InvalidDataException>(() => ApiKey.Load(new FingerbankOptions { ApiKeyFile = path })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\r\nX-Evil: 1")]
    [InlineData("schlüssel")]
    public void What_cannot_be_a_key_is_refused_without_repeating_it(string text)
    {
        var error = Assert.Throws<InvalidDataException>(() => ApiKey.Load(new FingerbankOptions { ApiKeyFile = FileWith(text) }));
        Assert.Contains("holds no key", error.Message, StringComparison.Ordinal);
        if (text.Length > 0) Assert.DoesNotContain(text, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_any_length_costs_little_and_a_missing_one_is_named()
    {
        Assert.Throws<InvalidDataException>(() => ApiKey.Load(new FingerbankOptions { ApiKeyFile = FileWith(new string('a', 1_000_000)) }));
        Assert.Contains("nowhere", Assert.Throws<InvalidDataException>(() => ApiKey.Load(new FingerbankOptions { ApiKeyFile = _folder.File("nowhere") })).Message,
            StringComparison.Ordinal);
    }

    private string FileWith(string text)
    {
        var path = _folder.File(Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
