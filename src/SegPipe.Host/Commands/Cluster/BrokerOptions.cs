using System.CommandLine;
using SegPipe.Host.Cluster;

namespace SegPipe.Host.Commands.Cluster;

/// <summary>How commands are told where the broker is.</summary>
internal sealed class BrokerOptions
{
    private const string Variable = "SEGPIPE_BROKER";

    private readonly Option<string?> _broker = new("--broker")
    {
        HelpName = "amqp://…",
        Description = $"RabbitMQ's address, as in amqp://user@host:5672/; amqps for TLS. [default: the variable {Variable}]",
    };

    private readonly Option<string?> _password = new("--broker-password-file") { HelpName = "FILE", Description = "File with the password, which anybody could see among the arguments." };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_broker);
        command.Add(_password);
        return command;
    }

    /// <summary>The address; its password is kept from being shown from here on.</summary>
    /// <exception cref="SegPipeException">64 where there is none, or it is wrong.</exception>
    public BrokerAddress Address(ParseResult parsed, HostConsole console)
    {
        var text = parsed.GetValue(_broker) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(text)) throw new SegPipeException(ExitCode.Usage, "No broker is named.", $"Say --broker amqp://user@host:5672/, or set {Variable}.");
        var address = BrokerAddress.Parse(text, parsed.GetValue(_password));
        console.Keep(address.Secrets);
        return address;
    }
}
