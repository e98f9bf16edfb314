using System.Text;
using System.Xml;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Node.Probing;

/// <summary>
/// Reads a UPnP device description (UPnP Device Architecture 2.0 §2.3): of the root device what it is, and nothing that names its owner or the
/// single device (friendly name, serial number, UDN). No document type, no entity, nothing resolved; depth and size bounded.
/// </summary>
public static class UpnpDescription
{
    /// <summary>Longest description, in bytes.</summary>
    public const int MaxLength = 256 * 1024;

    private const int MaxDepth = 64;

    private static readonly string[] Wanted = ["deviceType", "manufacturer", "modelName", "modelNumber", "modelDescription"];

    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxLength,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Facts such as <c>modelName=…</c>, one for each element; empty when the bytes are no description.</summary>
    public static IReadOnlyList<DeviceFact> Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxLength) return [];
        var facts = new List<DeviceFact>();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes.ToArray()), Safe);
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "root") return [];
            while (xml.Read() && xml.Depth < MaxDepth)
            {
                if (xml.NodeType == XmlNodeType.EndElement && xml is { Depth: 1, LocalName: "device" }) break;
                if (xml.NodeType != XmlNodeType.Element || xml.Depth != 2 || !Wanted.Contains(xml.LocalName)) continue;
                var name = xml.LocalName;
                if (TextOf(xml) is { Length: > 0 } text && facts.TrueForAll(fact => !fact.Value.StartsWith(name + "=", StringComparison.Ordinal)))
                    facts.Add(new DeviceFact(FactKind.Upnp, Cut($"{name}={text}")));
            }
        }
        catch (XmlException)
        {
            // What was read before the fault stays.
        }
        return facts;
    }

    /// <summary>The first text in the element, escaped.</summary>
    private static string? TextOf(XmlReader xml)
    {
        if (xml.IsEmptyElement || !xml.Read() || xml.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA)) return null;
        var text = xml.Value.AsSpan().Trim();
        return WireText.Escape(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, DeviceFact.MaxLength)].ToString()));
    }

    private static string Cut(string text) => text.Length <= DeviceFact.MaxLength ? text : text[..DeviceFact.MaxLength];
}
