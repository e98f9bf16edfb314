using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Http;
using ActorFingerprint.Protocols.Tcp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Http;

/// <summary>No bytes make the stage throw, and what it gives is bounded.</summary>
public sealed class HostileHttpSpecs
{
    [Fact]
    public void Mutated_messages_in_random_segments_never_throw_and_give_bounded_printable_text()
    {
        string[] messages =
        [
            "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: b\r\n folded\r\nAccept: */*\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nServer: \u0001\u007F]|\\\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 304 Not Modified\r\n\r\n",
            "POST http://u@h/ HTTP/1.1\nContent-Length: 3\nX: " + new string('y', 3000) + "\n\nabcCONNECT h:1 HTTP/1.1\n\n",
            string.Concat(Enumerable.Range(0, 300).Select(i => $"N{i}: {i}\r\n")).Insert(0, "HEAD * HTTP/1.1\r\n") + "\r\n",
        ];
        var probe = new StageProbe(new HttpStage("lab", new ReassemblyLimits { MaxStreams = 16 }));
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var stream = Encoding.Latin1.GetBytes(messages[random.Next(messages.Length)]);
            for (var i = random.Next(6); i > 0; i--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[..random.Next(stream.Length)];
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 400), stream.Length - at);
                probe.Send((uint)(at + random.Next(2) * random.Next(70000)), stream[at..(at + length)], (ushort)random.Next(40));
                at += length;
            }
            probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond * (random.Next(50) == 0 ? -100 : 1);
            if (random.Next(10) == 0) probe.Stage.Advance(probe.AtTicks);
        }
        Assert.NotEmpty(probe.Found);
        Assert.All(probe.Found.Cast<HttpObservation>(), found =>
        {
            Assert.InRange(found.Signature.Length, 4, HttpSignature.MaxLength);
            Assert.True(found.FieldNames.Count <= HttpHeader.MaxFields);
            Assert.All(found.Facts, fact => Assert.InRange(fact.Value.Length, 1, DeviceFact.MaxLength));
            Assert.All(found.Facts.Select(fact => fact.Value).Append(found.Signature), text =>
                Assert.True(text.All(letter => letter is >= ' ' and <= '~'), text));
        });
    }

    [Fact]
    public void Random_text_gives_no_observation()
    {
        var probe = new StageProbe(new HttpStage("lab", new ReassemblyLimits()));
        var random = new Random(3);
        for (var i = 0; i < 20000; i++)
        {
            var bytes = new byte[random.Next(1, 200)];
            for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)"ABGETHPO /:.\r\n1"[random.Next(15)];
            probe.Send((uint)random.Next(100000), bytes, (ushort)random.Next(300));
        }
        Assert.Empty(probe.Found);
    }
}
