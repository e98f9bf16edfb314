using System.Xml;
using System.Xml.Linq;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// Reads the elements of a name out of an XML file, one at a time. Document types are refused, so nothing outside of the file is fetched
/// and
/// no entity grows.
/// </summary>
internal static class XmlEntries
{
    private const long MaxCharacters = 256L << 20;

    /// <summary>Longest single entry with all that is in it, in elements.</summary>
    private const int MaxElements = 100_000;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    /// <summary>The root element, without what is in it; null when the text begins with something else.</summary>
    public static XElement? RootOf(string head)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(head), Settings);
            return reader.MoveToContent() == XmlNodeType.Element ? Shell(reader) : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>
    /// The elements called <paramref name="entry"/>, each with its line. Throws <see cref="SignatureImportException"/> where the text is
    /// not well-formed.
    /// </summary>
    public static IEnumerable<XElement> Read(ImportFile file, string entry)
    {
        using var reader = XmlReader.Create(file.OpenRead(), Settings);
        while (true)
        {
            XElement? element;
            try
            {
                element = Next(reader, entry);
            }
            catch (XmlException error)
            {
                throw file.Fault(error.LineNumber, $"no well-formed XML: {error.Message}", error);
            }
            if (element is null) yield break;
            if (element.Descendants().Take(MaxElements).Count() == MaxElements)
                throw file.Fault(LineOf(element), $"<{entry}> holds more than {MaxElements} elements: this is no such database");
            yield return element;
        }
    }

    /// <summary>The line that an element begins in.</summary>
    public static int LineOf(XElement element) => element is IXmlLineInfo info && info.HasLineInfo() ? info.LineNumber : 0;

    private static XElement? Next(XmlReader reader, string entry)
    {
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != entry) continue;
            using var inner = reader.ReadSubtree();
            return XElement.Load(inner, LoadOptions.SetLineInfo | LoadOptions.PreserveWhitespace);
        }
        return null;
    }

    private static XElement Shell(XmlReader reader)
    {
        var root = new XElement(reader.LocalName);
        while (reader.MoveToNextAttribute()) root.SetAttributeValue(reader.LocalName, reader.Value);
        return root;
    }
}
