using SegPipe.Frames;
using SegPipe.Media;

namespace SegPipe.Core.Tests.Media;

public sealed class KeyPacketTests
{
    private static readonly byte[] Instant = [0x65, 0x88], Slice = [0x41, 0x9a], Delimiter = [0x09, 0xf0];

    // Exp-Golomb: 1 is zero frames, 010 one, 0001010 nine.
    private static readonly byte[] AtOnce = [0x06, 6, 1, 0b1_1_00_1000, 0x80], NineOn = [0x06, 6, 2, 0b0001010_1, 0b0_00_10000, 0x80];

    // A user's message in front whose bytes had to be escaped: 00 00 03 01 stands for 00 00 01.
    private static readonly byte[] BehindOther = [0x06, 5, 4, 0, 0, 3, 1, 7, 6, 2, 0b0001010_1, 0b0_00_10000, 0x80];

    public static TheoryData<string, byte[][], bool> Packets => new()
    {
        { "h264", [Delimiter, Instant], true },
        { "h264", [Delimiter, AtOnce, Slice], true },
        { "h264", [Delimiter, NineOn, Slice], false },
        { "h264", [BehindOther, Slice], false },
        { "h264", [Slice], true },
        { "h264", [NineOn], false },
        { "h264", [], true },
        { "h264", [[0x06]], true },
        { "h264", [[0x06, 255, 255]], true },
        { "hevc", [NineOn, Slice], true },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_packet_at_which_refreshing_only_begins_is_not_clean(string codec, byte[][] units, bool clean)
    {
        byte[] header = [1, 66, 0, 30, 0xff];
        byte[] lengths = [.. units.SelectMany(u => (byte[])[0, 0, 0, (byte)u.Length, .. u])];
        byte[] startCodes = [.. units.SelectMany(u => (byte[])[0, 0, 0, 1, .. u])];

        Assert.Equal(clean, KeyPacket.IsClean(Format(codec, header), lengths));
        Assert.Equal(clean, KeyPacket.IsClean(Format(codec, []), startCodes));
    }

    [Fact]
    public void Bytes_that_are_no_units_are_believed_to_be_a_key_packet()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            _ = KeyPacket.IsClean(Format("h264", []), [0, 0, 1, 6, .. bytes]);
            _ = KeyPacket.IsClean(Format("h264", [1, 66, 0, 30, (byte)random.Next(256)]), bytes);
        }
        Assert.True(KeyPacket.IsClean(Format("h264", [1, 66, 0, 30, 0xff]), [0, 0, 1, 0, 6]));
    }

    private static PacketsFormat Format(string codec, byte[] extradata) => new()
    {
        TimeBase = new(1, 25), Codec = codec, FourCc = "H264"u8.ToArray(), Extradata = extradata, Size = new(64, 48), Color = new(ColorRange.Limited, ColorMatrix.Bt709),
    };
}
