using System.Text;
using SegPipe.Testing;

namespace SegPipe.Host.Cluster;

public sealed class BrokerAddressTests
{
    [Fact]
    public void The_password_is_never_shown_and_can_come_from_a_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], "p@ss/word\n");

        var address = BrokerAddress.Parse("amqp://worker@broker.example/farm", folder["password"]);

        Assert.Equal("amqp://broker.example:5672/farm", address.ToString());
        Assert.Equal("amqp://worker:p%40ss%2Fword@broker.example:5672/farm", address.Full.OriginalString);
        Assert.Equal("the *** and ***", address.Secrets.Redact("the p@ss/word and p%40ss%2Fword"));
        Assert.Equal("amqps://broker.example:5671/", BrokerAddress.Parse("amqps://worker:secret@broker.example").ToString());
    }

    [Theory]
    [InlineData("rabbits")]
    [InlineData("http://broker/")]
    [InlineData("amqp:///vhost")]
    [InlineData("amqp://broker/?heartbeat=1")]
    public void What_is_no_address_is_refused_without_being_repeated(string text)
    {
        var refused = Assert.Throws<SegPipeException>(() => BrokerAddress.Parse(text));

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.10.8", 3)]
    [InlineData("3.13.7", 2)]
    [InlineData("4.0.0-rc.1", 1)]
    [InlineData("4.3.0", 0)]
    public void A_version_says_what_it_cannot_do(string version, int missing) => Assert.Equal(missing, Of("RabbitMQ", version).Missing.Count());

    [Theory]
    [InlineData("RabbitMQ", "3.9.29")]
    [InlineData("RabbitMQ", "new")]
    [InlineData("ActiveMQ", "6.0.0")]
    public void Other_products_and_old_versions_are_refused(string product, string version) =>
        Assert.Equal(ExitCode.Unavailable, Assert.Throws<SegPipeException>(() => Of(product, version)).Code);

    private static BrokerVersion Of(string product, string version) =>
        BrokerVersion.Of(new Dictionary<string, object?> { ["product"] = Encoding.UTF8.GetBytes(product), ["version"] = Encoding.UTF8.GetBytes(version) });
}
