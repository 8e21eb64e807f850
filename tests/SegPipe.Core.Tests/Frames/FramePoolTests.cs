namespace SegPipe.Frames;

public sealed class FramePoolTests
{
    private static readonly LabelsFormat Format = new() { TimeBase = new(1, 25), Size = new(8, 8), Classes = new([new(0, "a", "#000000")]) };

    [Fact]
    public void A_second_dispose_throws_even_after_the_handle_was_used_again()
    {
        using var pool = new FramePool(1 << 20);
        var frame = pool.TryRent(Format, 64, new()).Seal(default);
        frame.Dispose();
        var next = pool.TryRent(Format, 64, new()).Seal(default);

        Assert.Throws<ObjectDisposedException>(frame.Dispose);
        Assert.Throws<ObjectDisposedException>(() => frame.Header);
        Assert.Equal(64, next.Length);
        next.Dispose();
    }

    [Fact]
    public void Shared_handles_keep_the_bytes_until_the_last_is_gone()
    {
        using var pool = new FramePool(1 << 20);
        var buffer = pool.TryRent(Format, 64, new());
        buffer.Bytes.Fill(7);
        var first = buffer.Seal(new() { Sequence = 3 });
        var second = first.Share();

        first.Dispose();

        Assert.Equal(3, second.Header.Sequence);
        Assert.Equal(7, second.Bytes[63]);
        Assert.Equal(1, pool.OutstandingBuffers);
        second.Dispose();
        Assert.Equal(0, pool.OutstandingBuffers);
    }

    [Fact]
    public void Buffers_are_aligned_and_come_back_for_the_next_renter()
    {
        using var pool = new FramePool(1 << 20);
        var account = new RentAccount();
        var first = pool.TryRent(Format, 5000, account);
        var address = first.Address;
        first.Dispose();

        var second = pool.TryRent(Format, 4999, account);

        Assert.Equal(address, second.Address);
        Assert.Equal(0, address % 64);
        second.Dispose();
    }

    [Fact]
    public void What_nobody_needs_for_long_is_given_back_and_what_is_needed_stays()
    {
        using var pool = new FramePool(1 << 30);
        var account = new RentAccount();
        var jam = Enumerable.Range(0, 50).Select(_ => pool.TryRent(Format, 100_000, account)).ToList();
        foreach (var frame in jam) frame.Dispose();
        pool.TryRent(Format, 300_000, account).Dispose();
        Assert.True(pool.AllocatedBytes > 5_000_000);

        for (var i = 0; i < 20_000; i++)
        {
            var (first, second) = (pool.TryRent(Format, 100_000, account), pool.TryRent(Format, 100_000, account));
            first.Dispose();
            second.Dispose();
        }

        Assert.Equal(2 * FramePool.SizeClass(100_000), pool.AllocatedBytes);
        Assert.True(pool.PeakBytes > 5_000_000);
    }

    [Fact]
    public async Task What_exceeds_the_budget_waits_but_an_account_with_nothing_is_served()
    {
        using var pool = new FramePool(10_000);
        RentAccount busy = new(), empty = new();
        var held = new[] { pool.TryRent(Format, 4096, busy), pool.TryRent(Format, 4096, busy) };

        var waiting = pool.RentAsync(Format, 4096, busy, default).AsTask();
        var served = pool.TryRent(Format, 4096, empty);

        Assert.False(waiting.IsCompleted);
        Assert.False(served.IsEmpty);
        served.Dispose();
        held[0].Dispose();
        (await waiting).Dispose();
        held[1].Dispose();
        Assert.Equal(0, pool.OutstandingBytes);
    }

    [Fact]
    public void Idle_buffers_of_another_size_make_room()
    {
        using var pool = new FramePool(10_000);
        pool.TryRent(Format, 8000, new()).Dispose();

        var other = pool.TryRent(Format, 4096, new());

        Assert.True(pool.AllocatedBytes <= 10_000);
        other.Dispose();
    }

    [Fact]
    public void Leaks_name_the_place_that_rented()
    {
        var pool = new FramePool(1 << 20, trace: true);
        var frame = pool.TryRent(Format, 64, new());

        Assert.Contains(nameof(Leaks_name_the_place_that_rented), Assert.Single(pool.Leaks));
        frame.Dispose();
        pool.Dispose();
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4097, 4608)]
    [InlineData(3_145_728, 3_145_728)]
    [InlineData(3_145_729, 3_407_872)]
    public void Size_classes_waste_an_eighth_at_most(int bytes, int expected) => Assert.Equal(expected, FramePool.SizeClass(bytes));
}
