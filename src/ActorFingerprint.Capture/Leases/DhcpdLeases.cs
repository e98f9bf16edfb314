using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// The lease file of ISC dhcpd (dhcpd.leases(5)): <c>lease ADDRESS { statement; … }</c>, one statement a line, appended to, so that the last
/// entry of an address counts; one whose binding state is not <c>active</c> takes it back. Other declarations are passed over.
/// </summary>
public static class DhcpdLeases
{
    /// <summary>Reads a file.</summary>
    public static LeaseReading Read(string text)
    {
        var reading = new LeaseReading();
        Entry? open = null;
        var depth = 0;
        foreach (var (number, line) in LeaseText.Lines(text))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (open is null && depth == 0 && line.StartsWith("lease ", StringComparison.Ordinal) && line.EndsWith('{'))
            {
                open = new Entry();
                if (!NetworkAddress.TryParse(line.AsSpan(6, line.Length - 7).Trim(), out open.Address))
                    open.Fail(reading, number, "the address of the lease is none");
            }
            else if (line == "}" && depth == 0)
            {
                open?.Close(reading);
                open = null;
            }
            else if (line == "}") depth--;
            else if (line.EndsWith('{')) depth++;
            else if (depth == 0) open?.Read(reading, number, line);
        }
        if (open is not null) reading.Fault(0, "the last lease has no end"); // being written
        return reading;
    }

    /// <summary>One <c>lease</c> declaration.</summary>
    private sealed class Entry
    {
        public NetworkAddress Address;
        private bool _isFaulty;
        private bool _isActive = true;
        private MacAddress _mac;
        private string? _name, _id, _vendor;
        private long? _heard, _ends;

        public void Fail(LeaseReading reading, int line, string problem)
        {
            _isFaulty = true;
            reading.Fault(line, problem);
        }

        public void Read(LeaseReading reading, int number, string line)
        {
            var statement = Unended(line);
            if (statement is null) Fail(reading, number, "the statement has no ';' at its end");
            else if (Value(statement, "hardware ethernet ") is { } hardware)
            {
                if (!MacAddress.TryParse(hardware, out _mac) || !_mac.IsUnicast) Fail(reading, number, "the hardware address is none");
            }
            else if (Value(statement, "ends ") is { } ends) ReadTime(reading, number, ends, ref _ends);
            else if (Value(statement, "cltt ") is { } heard) ReadTime(reading, number, heard, ref _heard);
            else if (Value(statement, "starts ") is { } starts && _heard is null) ReadTime(reading, number, starts, ref _heard);
            else if (Value(statement, "binding state ") is { } state) _isActive = state == "active";
            else if (Value(statement, "client-hostname ") is { } name) ReadText(reading, number, name, bytes => _name = LeaseText.Chosen(bytes));
            else if (Value(statement, "uid ") is { } id) ReadText(reading, number, id, bytes => _id = Hex(bytes));
            else if (Value(statement, "set vendor-class-identifier = ") is { } vendor)
                ReadText(reading, number, vendor, bytes => _vendor = LeaseText.Chosen(bytes));
        }

        public void Close(LeaseReading reading)
        {
            if (_isFaulty) return;
            reading.Remove(Address);
            var mac = _mac == MacAddress.None ? LeaseText.MacOf(_id) : _mac;
            if (!_isActive) return;
            if (mac == MacAddress.None) reading.WithoutHardwareAddress++;
            else
                reading.Add(new Lease(mac, Address)
                {
                    HostName = _name,
                    ClientId = _id,
                    VendorClass = _vendor,
                    HeardTicks = _heard,
                    ExpiresTicks = _ends,
                });
        }

        /// <summary><c>WEEKDAY YYYY/MM/DD HH:MM:SS</c> in UTC, <c>epoch SECONDS</c>, or <c>never</c>.</summary>
        private void ReadTime(LeaseReading reading, int number, string text, ref long? ticks)
        {
            if (text == "never")
            {
                ticks = null;
                return;
            }
            var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is ["epoch", var seconds] && LeaseText.TryReadNumber(seconds, out var unix)) ticks = LeaseText.TicksOf(unix);
            else if (fields is [_, var day, var time] && DateTime.TryParseExact(
                $"{day} {time}", "yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) ticks = at.Ticks;
            else Fail(reading, number, "the time is none");
        }

        private void ReadText(LeaseReading reading, int number, string text, Action<byte[]> set)
        {
            if (TryUnquote(text, out var bytes)) set(bytes);
            else Fail(reading, number, "the text is not one in quotes");
        }

        private static string? Hex(byte[] bytes) =>
            bytes.Length is > 0 and <= LeaseText.MaxBytes ? Convert.ToHexStringLower(bytes) : null;

        private static string? Value(string statement, string keyword) =>
            statement.StartsWith(keyword, StringComparison.Ordinal) ? statement[keyword.Length..].Trim() : null;

        /// <summary>The statement without its semicolon and a comment behind it.</summary>
        private static string? Unended(string line)
        {
            var end = line.EndsWith(';') ? line.Length - 1 : line.IndexOf("; #", StringComparison.Ordinal);
            return end < 0 ? null : line[..end];
        }

        /// <summary>A text in quotes with <c>\"</c>, <c>\\</c> and octal <c>\ooo</c>; an identifier may also be bare hex (<c>1:0:1e:…</c>).</summary>
        private static bool TryUnquote(string text, out byte[] bytes)
        {
            bytes = [];
            if (text is not ['"', .., '"'] || text.Length < 2) return TryReadBareHex(text, out bytes);
            var inner = Encoding.UTF8.GetBytes(text[1..^1]);
            var output = new List<byte>(inner.Length);
            for (var i = 0; i < inner.Length; i++)
            {
                if (inner[i] != '\\')
                {
                    output.Add(inner[i]);
                    continue;
                }
                if (i + 1 >= inner.Length) return false;
                if (i + 3 < inner.Length && IsOctal(inner[i + 1]) && IsOctal(inner[i + 2]) && IsOctal(inner[i + 3]))
                {
                    output.Add((byte)((inner[i + 1] - '0') << 6 | (inner[i + 2] - '0') << 3 | inner[i + 3] - '0'));
                    i += 3;
                }
                else output.Add(inner[++i]);
            }
            bytes = [.. output];
            return true;
        }

        private static bool TryReadBareHex(string text, out byte[] bytes)
        {
            var parts = text.Split(':');
            bytes = new byte[parts.Length];
            for (var i = 0; i < parts.Length; i++)
                if (!byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i])) return false;
            return true;
        }

        private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
    }
}
