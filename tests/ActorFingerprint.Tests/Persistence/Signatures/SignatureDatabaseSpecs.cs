using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Persistence.Signatures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures;

public sealed class SignatureDatabaseSpecs : IDisposable
{
    private static readonly SignatureSourceInfo Source = new("mine", "1", "");
    private static readonly SignatureDevice Camera = new("Camera/Acme/C-1") { Type = DeviceType.Camera, Vendor = "Acme", Model = "C-1", Os = "Linux" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Signatures_of_every_kind_and_match_read_back_as_they_were_written()
    {
        Signature[] written =
        [
            .. from kind in Enum.GetValues<SignatureKind>()
               from match in Enum.GetValues<SignatureMatch>()
               select new Signature(kind, match, kind == SignatureKind.DhcpList && match == SignatureMatch.Exact ? "3,1,6" : $"{kind}-{match}", Camera, 70, "test"),
        ];
        var index = Write(written);
        Assert.Equal(written.Length, index.Count);
        var hit = Assert.Single(index.Find(SignatureKind.DhcpList, "3,1,6"));
        Assert.Equal(Camera, hit.Signature.Device);
        Assert.Equal((70, "test"), (hit.Signature.Confidence, hit.Signature.Origin));
    }

    [Fact]
    public void Lists_that_sort_to_the_same_stay_apart()
    {
        var other = new SignatureDevice("Plug") { Type = DeviceType.Plug };
        var index = Write(List("1,3,6,15", Camera), List("15,6,3,1", Camera), List("6,3,1,15", other));
        Assert.Equal("Camera/Acme/C-1", Assert.Single(index.Find(SignatureKind.DhcpList, "15,6,3,1")).Signature.Device.Path);
        Assert.Equal("Plug", Assert.Single(index.Find(SignatureKind.DhcpList, "6,3,1,15")).Signature.Device.Path);
    }

    [Fact]
    public void Parents_of_a_device_are_devices()
    {
        Write(List("1,3,6", Camera));
        Assert.Equal(3, SignatureDatabase.Describe(_folder.At("s.db")).Devices);
    }

    [Fact]
    public void A_source_that_is_read_again_replaces_what_it_brought_and_nothing_else()
    {
        using (var writer = SignatureWriter.Open(_folder.At("s.db")))
        {
            Assert.Equal(2, writer.Replace(Source, [List("1,3", Camera), List("1,3,6", Camera)]));
            Assert.Equal(1, writer.Replace(new SignatureSourceInfo("other", "", ""), [List("1,6", Camera)]));
            Assert.Equal(1, writer.Replace(Source, [List("1,3,44", Camera)]));
        }
        var index = SignatureDatabase.Load(_folder.At("s.db"));
        Assert.Empty(index.Find(SignatureKind.DhcpList, "1,3"));
        Assert.Single(index.Find(SignatureKind.DhcpList, "1,3,44"));
        Assert.Single(index.Find(SignatureKind.DhcpList, "1,6"));
    }

    [Fact]
    public void A_source_that_breaks_off_changes_nothing()
    {
        using (var writer = SignatureWriter.Open(_folder.At("s.db")))
        {
            writer.Replace(Source, [List("1,3", Camera)]);
            Assert.Throws<InvalidDataException>(() => writer.Replace(Source, Broken()));
        }
        Assert.Single(SignatureDatabase.Load(_folder.At("s.db")).Find(SignatureKind.DhcpList, "1,3"));

        static IEnumerable<Signature> Broken()
        {
            yield return List("1,6", Camera);
            throw new InvalidDataException("line 2");
        }
    }

    [Fact]
    public void A_database_for_imports_is_private()
    {
        Write(List("1,3", Camera));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("s.db")));
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused_in_one_line()
    {
        File.WriteAllText(_folder.At("text.db"), "no database at all, but long enough to be looked at by everybody who opens it");
        using (var other = new SqliteConnection($"Data Source={_folder.At("other.db")};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE t(x); PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        foreach (var name in (string[])["missing.db", "text.db", "other.db"])
        {
            var error = Assert.Throws<SignatureDatabaseException>(() => SignatureDatabase.Load(_folder.At(name)));
            Assert.StartsWith(_folder.At(name), error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void The_bundled_database_is_what_its_tables_say()
    {
        var output = _folder.At("bundled.db");
        DbBuildCommand.Build(Path.Combine(Repository.Root, "data"), output, TimeProvider.System);
        var info = SignatureDatabase.Describe(output);
        Assert.InRange(info.Devices, 10_000, 1_000_000);
        Assert.InRange(info.Sources[0].Entries, 400, 100_000);
        Assert.InRange(new FileInfo(output).Length, 1, 50L << 20);
        Assert.NotEmpty(SignatureDatabase.Load(output).Find(SignatureKind.HostName, "Philips-hue"));
    }

    private static Signature List(string list, SignatureDevice device) => new(SignatureKind.DhcpList, SignatureMatch.Exact, list, device, 80, "test");

    private SignatureIndex Write(params Signature[] signatures)
    {
        using (var writer = SignatureWriter.Open(_folder.At("s.db"))) writer.Replace(Source, signatures);
        return SignatureDatabase.Load(_folder.At("s.db"));
    }
}
