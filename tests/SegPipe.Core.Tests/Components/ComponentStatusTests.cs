using System.Globalization;
using SegPipe.Components;

namespace SegPipe.Core.Tests.Components;

public sealed class ComponentStatusTests
{
    [Fact]
    public async Task Errors_can_be_read_while_new_ones_are_counted()
    {
        const int kinds = 5_000;
        var status = new ComponentStatus(TimeProvider.System);

        var counting = Task.Run(() =>
        {
            for (var i = 0; i < kinds; i++) status.CountError(i.ToString(CultureInfo.InvariantCulture), ErrorPhase.Processing);
        });
        while (!counting.IsCompleted) Assert.InRange(status.Errors.Count, 0, kinds);
        await counting;

        Assert.Equal(kinds, status.Errors.Count);
    }
}
