namespace ActorFingerprint.Node.Configuration.Hocon;

/// <summary>
/// Reads the subset of HOCON that docs/configuration.md lists: comments, dotted and nested keys, <c>=</c> <c>:</c> <c>{</c>, lists,
/// three forms of strings, <c>include "file"</c>, whole-value <c>${path}</c> and <c>${?ENV}</c>. Anything else is refused with its line.
/// </summary>
public sealed class HoconParser
{
    private const int MaxDepth = 32;
    private const int MaxIncludes = 16;
    private readonly HoconScanner _scan;
    private readonly Func<string, HoconObject>? _include;
    private int _depth;

    private HoconParser(string name, string text, Func<string, HoconObject>? include) =>
        (_scan, _include) = (new HoconScanner(name, text), include);

    /// <summary>Parses text. <paramref name="name"/> stands in error messages; <c>include</c> is refused.</summary>
    public static HoconObject Parse(string name, string text) => new HoconParser(name, text, null).ParseRoot();

    /// <summary>Parses a file; an included file is found beside the file that includes it.</summary>
    public static HoconObject ParseFile(string path) => ParseFile(path, []);

    private static HoconObject ParseFile(string path, IReadOnlyList<string> chain)
    {
        var text = File.ReadAllText(path);
        var parents = (string[])[.. chain, Path.GetFullPath(path)];
        return new HoconParser(path, text, Include).ParseRoot();

        HoconObject Include(string target)
        {
            var resolved = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(parents[^1])!, target));
            if (parents.Contains(resolved))
                throw new InvalidDataException($"include \"{target}\" comes back to itself: remove one of the includes");
            if (parents.Length > MaxIncludes)
                throw new InvalidDataException($"includes nest deeper than {MaxIncludes}: put the keys into fewer files");
            return ParseFile(resolved, parents);
        }
    }

    private HoconObject ParseRoot()
    {
        var root = new HoconObject(_scan.Position);
        _scan.SkipLines();
        var braced = _scan.TryTake('{');
        ParseFields(root, braced);
        _scan.SkipLines();
        if (!_scan.AtEnd) throw _scan.Error($"'{_scan.Current}' after the end of the configuration: remove it");
        return root;
    }

    private void ParseFields(HoconObject into, bool braced)
    {
        if (++_depth > MaxDepth) throw _scan.Error($"objects nest deeper than {MaxDepth}: write fewer levels");
        while (true)
        {
            _scan.SkipLines();
            if (braced && _scan.TryTake('}')) break;
            if (_scan.AtEnd && !braced) break;
            if (_scan.AtEnd) throw _scan.Error("an object is not closed: end it with }");
            ParseField(into);
            EndElement('}', "one key a line, or a comma between keys");
        }
        _depth--;
    }

    private void ParseField(HoconObject into)
    {
        if (_scan.StartsWith("include") && ParseInclude(into)) return;
        var at = _scan.Position;
        var path = ParsePath();
        _scan.SkipBlanks();
        if (_scan.StartsWith("+=")) throw _scan.Error($"+= is not supported: write the whole list, {string.Join('.', path)} = [ … ]");
        if (_scan.Current != '{')
        {
            if (!_scan.TryTake('=') && !_scan.TryTake(':'))
                throw new HoconException(at, $"{string.Join('.', path)} has no value: write {string.Join('.', path)} = value");
            _scan.SkipBlanks();
        }
        into.Set(path, ParseValue());
    }

    private bool ParseInclude(HoconObject into)
    {
        if (!_scan.StartsWith("include ") && !_scan.StartsWith("include\t") && !_scan.StartsWith("include\"")) return false;
        var at = _scan.Position;
        _scan.Advance("include".Length);
        _scan.SkipBlanks();
        if (_scan.Current is '=' or ':' or '{') throw new HoconException(at, "include is no key: put a key of that name into quotes");
        if (_scan.Current != '"' || _scan.StartsWith("\"\"\"")) throw new HoconException(at,
            "write include \"file\" with a path relative to this file");
        var file = _scan.TakeQuoted();
        if (_include is null) throw new HoconException(at, "include is possible in files only: write the keys here");
        try
        {
            into.Merge(_include(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoconException(at,
                $"include \"{file}\" cannot be read ({error.Message}): correct the path, it is relative to this file", error);
        }
        catch (InvalidDataException error)
        {
            throw new HoconException(at, error.Message, error);
        }
        return true;
    }

    private string[] ParsePath()
    {
        var parts = new List<string>();
        do
        {
            _scan.SkipBlanks();
            var part = _scan.Current == '"' ? _scan.TakeQuoted() : _scan.TakeUnquoted(stopAtDot: true);
            if (part.Length == 0) throw _scan.Error(_scan.AtEnd ? "a key is missing"
                : $"'{_scan.Current}' where a key must stand: write key = value");
            if (part.Contains(' ', StringComparison.Ordinal))
                throw _scan.Error($"the key '{part}' has a blank in it: join its words with -, or put it into quotes");
            parts.Add(part);
            _scan.SkipBlanks();
        }
        while (_scan.TryTake('.'));
        return [.. parts];
    }

    private HoconNode ParseValue()
    {
        var at = _scan.Position;
        return _scan.Current switch
        {
            '{' => ParseObject(at),
            '[' => ParseList(at),
            '"' => new HoconText(at, _scan.StartsWith("\"\"\"") ? _scan.TakeTripleQuoted() : _scan.TakeQuoted()),
            '$' => ParseReference(at),
            _ => ParseUnquoted(at),
        };
    }

    private HoconObject ParseObject(HoconPosition at)
    {
        _scan.Advance();
        var value = new HoconObject(at);
        ParseFields(value, braced: true);
        return value;
    }

    private HoconList ParseList(HoconPosition at)
    {
        if (++_depth > MaxDepth) throw _scan.Error($"lists nest deeper than {MaxDepth}: write fewer levels");
        _scan.Advance();
        var items = new List<HoconNode>();
        while (true)
        {
            _scan.SkipLines();
            if (_scan.TryTake(']')) break;
            if (_scan.AtEnd) throw new HoconException(at, "a list is not closed: end it with ]");
            items.Add(ParseValue());
            EndElement(']', "a comma or a new line between the items of a list");
        }
        _depth--;
        return new HoconList(at, items);
    }

    private HoconReference ParseReference(HoconPosition at)
    {
        const string Form = "write ${path} or ${?PATH} as the whole value";
        if (!_scan.StartsWith("${")) throw new HoconException(at, $"'$' starts no value: {Form}, or put the text into quotes");
        _scan.Advance(2);
        var optional = _scan.TryTake('?');
        var path = _scan.TakeUnquoted(stopAtDot: false);
        if (path.Length == 0 || !_scan.TryTake('}')) throw new HoconException(at, $"the reference is not complete: {Form}");
        return new HoconReference(at, path, optional, null);
    }

    private HoconText ParseUnquoted(HoconPosition at)
    {
        var text = _scan.TakeUnquoted(stopAtDot: false);
        if (text.Length > 0) return new HoconText(at, text);
        throw new HoconException(at, _scan.AtEnd || _scan.AtComment || _scan.Current is '\n' or ',' or '}' or ']'
            ? "a value is missing: write one, or \"\" for none"
            : $"'{_scan.Current}' starts no value: put the text into quotes");
    }

    /// <summary>After a field or item: a comma, a new line or the end of what encloses it. A second value on the line is refused.</summary>
    private void EndElement(char close, string rule)
    {
        if (_scan.SkipLines() | _scan.TryTake(',') || _scan.AtEnd || _scan.Current == close) return;
        throw _scan.Error(
            $"'{_scan.Current}' after a value: {rule}; a text that holds it, or that joins several parts, is one quoted string");
    }
}
