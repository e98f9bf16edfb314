using System.Runtime.Versioning;
using ActorFingerprint.Node.Security;
using Xunit;

namespace ActorFingerprint.Tests.Node.Security;

public sealed class TokenFileSpecs
{
    [Fact]
    public void A_missing_file_is_made_for_its_owner_with_one_admin_token()
    {
        using var folder = new TemporaryFolder();
        var file = TokenFile.OpenOrCreate(folder.File("token"));
        var token = TokenFile.FindToken(folder.File("token"), Role.Admin)!;
        Assert.Equal(43, token.Length);
        Assert.Equal(Role.Admin, file.Authenticate(token));
        Assert.Null(file.Authenticate(token[..^1]));
        Assert.Null(file.Authenticate(""));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(folder.File("token")));
        Assert.Equal(token, TokenFile.FindToken(TokenFile.OpenOrCreate(folder.File("token")).Path, Role.Reader));
    }

    [Fact]
    public void Roles_are_read_from_lines_and_comments_are_skipped()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("token"), "# tokens\n\n reader  aaaaaaaaaaaaaaaaaaaaaaaa\ndecider bbbbbbbbbbbbbbbbbbbbbbbb\n");
        var file = TokenFile.OpenOrCreate(folder.File("token"));
        Assert.Equal((Role.Reader, Role.Decider),
            (file.Authenticate("aaaaaaaaaaaaaaaaaaaaaaaa"), file.Authenticate("bbbbbbbbbbbbbbbbbbbbbbbb")));
        Assert.Null(TokenFile.FindToken(folder.File("token"), Role.Admin));
    }

    [Theory]
    [InlineData("# c\nroot aaaaaaaaaaaaaaaaaaaaaaaa", "(2): write a role")]
    [InlineData("3 aaaaaaaaaaaaaaaaaaaaaaaa", "(1): write a role")]
    [InlineData("admin", "(1): write a role")]
    [InlineData("admin short", "(1): the token is shorter than 20 characters")]
    public void A_wrong_line_is_refused_with_its_place(string text, string problem)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("token"), text);
        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => TokenFile.OpenOrCreate(folder.File("token"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_can_read_is_refused_with_the_command_that_helps()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("token"), "admin aaaaaaaaaaaaaaaaaaaaaaaa");
        File.SetUnixFileMode(folder.File("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<InvalidDataException>(() => TokenFile.OpenOrCreate(folder.File("token"))).Message,
            StringComparison.Ordinal);
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
