using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Vendors;
using ActorFingerprint.Tools.OuiTable;

if (args is not [var folder, var output])
{
    Console.Error.WriteLine("usage: OuiTable PACKAGE-FOLDER OUTPUT    (the folder of an unpacked oui-data package; the table to write)");
    return 2;
}

var assignments = VendorAssignments.Read(folder);
var bytes = VendorTableWriter.Write(assignments);
var prefixes = assignments.Assignments.Select(a => (a.Bits, a.Prefix)).ToHashSet();
var table = VendorTable.Read(new MemoryStream(bytes));
foreach (var assignment in assignments.Assignments)
{
    // The last address of a prefix is the least likely one to be inside a longer prefix; where it is, that one decides.
    var mac = new MacAddress((assignment.Prefix + 1 << (48 - assignment.Bits)) - 1);
    var isDivided = prefixes.Contains((36, mac.Value >> 12)) && assignment.Bits < 36
        || prefixes.Contains((28, mac.Value >> 20)) && assignment.Bits < 28;
    if (!isDivided && (table.Find(mac) ?? "") != assignment.Name) throw new InvalidDataException($"{mac} does not read back as {assignment.Name}");
}
File.WriteAllBytes(output, bytes);
Console.WriteLine($"{output}: {table.Count} prefixes of {assignments.Source}, {bytes.Length} bytes");
return 0;
