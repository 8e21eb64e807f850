using SegPipe.Components;

namespace SegPipe.Core.Tests.Components;

public sealed class SharedResourcesTests
{
    private readonly List<string> _freed = [];

    [Fact]
    public async Task What_two_hold_is_freed_when_the_second_lets_go()
    {
        await using var shared = new SharedResources();
        var (first, second) = (shared.Lease(), shared.Lease());
        var model = first.GetOrAdd("model", () => Make("model"));
        Assert.Same(model, second.GetOrAdd("model", () => Make("another")));

        await first.DisposeAsync();
        Assert.Empty(_freed);
        await second.DisposeAsync();

        Assert.Equal(["model"], _freed);
    }

    [Fact]
    public async Task A_lease_that_ends_twice_or_asked_twice_lets_go_once()
    {
        await using var shared = new SharedResources();
        var (first, second) = (shared.Lease(), shared.Lease());
        first.GetOrAdd("model", () => Make("model"));
        first.GetOrAdd("model", () => Make("model"));
        second.GetOrAdd("model", () => Make("model"));

        await first.DisposeAsync();
        await first.DisposeAsync();

        Assert.Empty(_freed);
    }

    [Fact]
    public async Task What_the_run_itself_asked_for_stays_until_its_end()
    {
        var shared = new SharedResources();
        var lease = shared.Lease();
        lease.GetOrAdd("a", () => Make("a"));
        shared.GetOrAdd("a", () => Make("a"));
        lease.GetOrAdd("b", () => Make("b"));

        await lease.DisposeAsync();
        Assert.Equal(["b"], _freed);
        await shared.DisposeAsync();

        Assert.Equal(["b", "a"], _freed);
    }

    [Fact]
    public async Task What_was_freed_is_made_again_when_it_is_asked_for()
    {
        await using var shared = new SharedResources();
        var first = shared.Lease();
        var old = first.GetOrAdd("model", () => Make("old"));
        await first.DisposeAsync();

        Assert.NotSame(old, shared.Lease().GetOrAdd("model", () => Make("new")));
    }

    private Freed Make(string name) => new(() => _freed.Add(name));

    private sealed class Freed(Action free) : IDisposable
    {
        public void Dispose() => free();
    }
}
