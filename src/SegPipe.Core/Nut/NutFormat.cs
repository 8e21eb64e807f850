namespace SegPipe.Nut;

/// <summary>Constants of the NUT container.</summary>
internal static class NutFormat
{
    public const ulong MainStartcode = 0x4E4D7A561F5F04AD;
    public const ulong StreamStartcode = 0x4E5311405BF2F9DB;
    public const ulong SyncpointStartcode = 0x4E4BE4ADEECA4569;

    public const byte PacketByte = 0x4E;
    public const int LongHeaderThreshold = 4096;
    public const int VideoClass = 0;

    public const int FlagKey = 1;
    public const int FlagEndOfRelevance = 2;
    public const int FlagCodedPts = 8;
    public const int FlagStreamId = 16;
    public const int FlagSizeMsb = 32;
    public const int FlagChecksum = 64;
    public const int FlagReserved = 128;
    public const int FlagSideMetadata = 256;
    public const int FlagHeaderIndex = 1024;
    public const int FlagMatchTime = 2048;
    public const int FlagCoded = 4096;
    public const int FlagInvalid = 8192;

    /// <summary>The 25 bytes every file begins with.</summary>
    public static ReadOnlySpan<byte> Identifier => "nut/multimedia container\0"u8;
}
