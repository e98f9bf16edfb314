using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

public sealed class FingerbankImporterSpecs
{
    private const string Dump = """
        PRAGMA foreign_keys=OFF;
        BEGIN TRANSACTION;
        CREATE TABLE "combination" ("id" varchar(11) NOT NULL, "dhcp_fingerprint_id" varchar(11) DEFAULT NULL, "user_agent_id" varchar(11),
          "device_id" varchar(11) DEFAULT NULL, "dhcp_vendor_id" varchar(11), "score" int(11), "mac_vendor_id" varchar(11), PRIMARY KEY ("id"));
        INSERT INTO combination VALUES('1','10',NULL,'3','20',80,NULL);
        INSERT INTO combination VALUES('2','10','30','4',NULL,0,NULL),('3',NULL,NULL,'3',NULL,60,'40');
        INSERT INTO combination VALUES('4',NULL,NULL,'99','20',60,NULL);
        INSERT INTO combination VALUES('5',NULL,'30','4',NULL,60,NULL);
        INSERT INTO combination VALUES('6',NULL,NULL,'4',NULL,60,NULL);
        CREATE TABLE device (id varchar(11) NOT NULL, name varchar(255), mobile tinyint(1), tablet tinyint(1), parent_id varchar(11));
        INSERT INTO device VALUES('1','Audio, Imaging or Video Equipment',0,0,NULL);
        INSERT INTO device VALUES('2','IP Camera',0,0,'1'); -- a comment; with a semicolon
        INSERT INTO device VALUES('3','Acme''s Cam / 5',0,0,'2');
        INSERT INTO device(name, id, parent_id, tablet) VALUES('Acme Slate','4','5',1);
        INSERT INTO device VALUES('5','Loop',0,0,'4');
        CREATE TABLE dhcp_fingerprint (id, value);
        INSERT INTO dhcp_fingerprint VALUES('10','1,3,6,15');
        CREATE TABLE dhcp_vendor (id, value);
        INSERT INTO dhcp_vendor VALUES('20','acme-dhcp');
        CREATE TABLE user_agent (id, value);
        INSERT INTO user_agent VALUES('30','AcmeBrowser/1.0');
        CREATE TABLE mac_vendor (id, name, mac);
        INSERT INTO mac_vendor VALUES('40','Acme','aabbcc');
        COMMIT;
        """;

    [Fact]
    public void A_combination_of_a_dump_is_a_signature_of_its_most_telling_value() => AssertRead(Imported.Text(Dump), line: 7);

    [Fact]
    public void A_database_file_is_read_like_its_dump()
    {
        var path = Path.Combine(Path.GetTempPath(), $"actorfp-{Guid.NewGuid():N}.db");
        try
        {
            using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = Dump;
                command.ExecuteNonQuery();
            }
            var problems = new ImportProblems();
            var file = ImportFile.At(path);
            var importer = Assert.IsType<FingerbankImporter>(Importers.Find(file));
            Assert.Equal(6, importer.Read(file, problems).Count());
            Assert.Equal(1, problems.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Rows_that_are_no_constants_are_told_and_never_run()
    {
        var read = Imported.Text(Dump + "\nINSERT INTO dhcp_vendor VALUES(load_extension('x'),2);\nINSERT INTO dhcp_vendor"
            + " VALUES(1);\nATTACH 'x' AS y;\n");
        Assert.Equal([25, 26, 7], read.Problems.Listed.Select(problem => problem.Line));
        Assert.Equal(6, read.Entries.Count);
    }

    private static void AssertRead(Imported read, int line)
    {
        Assert.Equal("fingerbank", read.Importer.Name);
        Assert.Equal(6, read.Entries.Count);
        Assert.Equal(
        [
            (SignatureKind.DhcpList, "1,3,6,15", 80), (SignatureKind.DhcpList, "1,3,6,15", 40), (SignatureKind.Oui, "AABBCC", 60),
            (SignatureKind.UserAgent, "AcmeBrowser/1.0", 60),
        ], read.Signatures.Select(rule => (rule.Kind, rule.Pattern, rule.Confidence)));
        var camera = read.Signatures.First();
        Assert.Equal(["acme-dhcp"], camera.VendorPatterns);
        Assert.Equal(@"Audio, Imaging or Video Equipment/IP Camera/Acme's Cam \/ 5", camera.Device.Path);
        Assert.Equal(DeviceType.Camera, camera.Device.Type);
        Assert.True(read.Signatures.ElementAt(1).Device is { IsTablet: true, Type: DeviceType.Tablet });
        Assert.Equal(line, Assert.Single(read.Problems.Listed).Line);
        Assert.Equal(1, read.Unused);
    }
}
