using SegPipe.Models.Import.Pickle;
using SegPipe.Testing.Checkpoints;

namespace SegPipe.Models.Tests.Import.Pickle;

public sealed class UnpicklerTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "apply")]
    [InlineData("torch", "load")]
    [InlineData("numpy", "load")]
    [InlineData("collections", "OrderedDict.__init__")]
    public void A_global_that_is_not_on_the_list_is_refused_by_name_and_place(string module, string name)
    {
        var error = Refused(PickleWriter.Begin().Text("x").Global(module, name).Tuple(w => w.Text("true")).Op('R').End());

        Assert.Equal(ExitCode.InputUnusable, error.Code);
        Assert.Contains($"'{module}.{name}'", error.Message);
        Assert.EndsWith("at byte 8.", error.Message);
        Assert.Contains("Nothing was executed", error.Advice);
    }

    [Fact]
    public void Names_from_the_stack_are_held_to_the_same_list()
    {
        var error = Refused(PickleWriter.Begin(4).Text("os").Text("system").Raw(0x93).End());

        Assert.Contains("'os.system'", error.Message);
    }

    [Theory]
    [InlineData(0x82, "Extension1")]
    [InlineData(0x83, "Extension2")]
    [InlineData(0x84, "Extension4")]
    [InlineData(0x92, "NewObjectWithKeywords")]
    [InlineData(0x97, "NextBuffer")]
    [InlineData((byte)'i', "Instance")]
    [InlineData((byte)'o', "Object")]
    [InlineData((byte)'P', "0x50")]
    [InlineData((byte)'I', "0x49")]
    public void Opcodes_that_no_checkpoint_needs_are_refused(byte opcode, string name)
    {
        var error = Refused(PickleWriter.Begin().Raw(opcode, 1, (byte)'\n', 1, (byte)'\n').End());

        Assert.Contains($"opcode {name} is not read at byte 2", error.Message);
    }

    [Fact]
    public void Only_globals_can_be_called()
    {
        Assert.Contains("cannot be called", Refused(PickleWriter.Begin().Text("os.system").Tuple(w => w.Text("true")).Op('R').End()).Message);
        Assert.Contains("cannot be called", Refused(PickleWriter.Begin().Global("numpy", "ndarray").Tuple(_ => { }).Op('R').End()).Message);
    }

    [Fact]
    public void State_is_taken_only_by_values_that_have_one()
    {
        Assert.Contains("no state", Refused(PickleWriter.Begin().Op(']').Dictionary(_ => { }).Op('b').End()).Message);
        Assert.Contains("a state that no array of NumPy has", Refused(PickleWriter.Begin()
            .Call("numpy.core.multiarray", "_reconstruct", w => w.Global("numpy", "ndarray").Numbers(0).Data("b"u8)).Text("x").Op('b').End()).Message);
    }

    [Fact]
    public void Persistent_ids_have_no_meaning_without_storages() =>
        Assert.Contains("no storages", Refused(PickleWriter.Begin().Text("x").Op('Q').End()).Message);

    [Theory]
    [InlineData("Q\xff\xff\xff\x7f", "opcode")]
    [InlineData("B\xff\xff\xff\x7f", "2147483647 bytes are announced")]
    [InlineData("X\xff\xff\xff\xff", "4294967295 bytes are announced")]
    [InlineData("\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "bytes are announced")]
    [InlineData("\x8b\xff\xff\xff\x7f", "a whole number has 2147483647 bytes")]
    [InlineData("\x95\xff\xff\xff\xff\xff\xff\xff\x7f", "a frame of")]
    [InlineData("Nr\xff\xff\xff\xff", "memo 4294967295 is put")]
    [InlineData("h\x05", "memo 5 is taken")]
    [InlineData("0", "empty stack")]
    [InlineData("(0", "empty stack")]
    [InlineData("t", "there is none")]
    [InlineData("Na", "empty stack")]
    [InlineData("NNa", "what is no list")]
    [InlineData("}(Nu", "no dictionary")]
    [InlineData("c", "a name has no end")]
    public void Damage_is_reported_with_its_place(string opcodes, string cause)
    {
        var error = Refused([0x80, 2, .. opcodes.Select(c => (byte)c)]);

        Assert.Contains(opcodes[0] == 'Q' ? "empty stack" : cause, error.Message);
        Assert.Matches("at byte [0-9]+\\.$", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_cut_is_refused(int left) => Refused(PickleWriter.Begin().Dictionary(_ => { }).End()[..left]);

    [Fact]
    public void Lists_of_lists_of_lists_take_no_more_memory_than_they_have_bytes()
    {
        // Ten references to a list of ten references to a list … thirty deep: 10^30 values, if anybody unfolded them.
        var bomb = PickleWriter.Begin().Op(']').Raw((byte)'q', 0);
        for (byte level = 0; level < 30; level++)
        {
            bomb.Raw((byte)']', (byte)'q', (byte)(level + 1), (byte)'(');
            for (var i = 0; i < 10; i++) bomb.Raw((byte)'h', level);
            bomb.Op('e');
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<PickleList>(Read(bomb.End()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Copies_of_one_long_list_are_counted()
    {
        var bomb = PickleWriter.Begin().Op(']').Raw((byte)'q', 0, (byte)'(');
        for (var i = 0; i < 10_000; i++) bomb.Op('N');
        bomb.Op('e');
        for (var i = 0; i < 1000; i++) bomb.Global("builtins", "tuple").Raw((byte)'h', 0, 0x85, (byte)'R', (byte)'0');

        Assert.Contains("more than 300000 values", Refused(bomb.End()).Message);
    }

    [Fact]
    public void Copies_of_one_long_text_are_counted()
    {
        var bomb = PickleWriter.Begin().Text(new string('x', 100_000)).Raw((byte)'q', 0);
        for (var i = 0; i < 1000; i++) bomb.Global("_codecs", "encode").Tuple(w => w.Raw((byte)'h', 0).Text("latin1")).Raw((byte)'R', (byte)'0');

        Assert.Contains("again and again", Refused(bomb.End()).Message);
    }

    [Fact]
    public void A_million_empty_values_are_refused_in_bounded_memory()
    {
        var bomb = PickleWriter.Begin();
        for (var i = 0; i < 1_100_000; i++) bomb.Op('}');

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bomb.End());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_list_may_hold_itself() => Assert.IsType<PickleList>(Read(PickleWriter.Begin().Op(']').Raw((byte)'q', 0, (byte)'h', 0, (byte)'a').End()));

    [Fact]
    public void Training_history_is_read_and_dropped()
    {
        var read = Read(PickleWriter.Begin().Global("mmengine.logging.history_buffer", "HistoryBuffer").Tuple(_ => { }).Raw(0x81)
            .Dictionary(w => w.Text("max_length").Number(3)).Op('b').End());

        Assert.IsType<InertObject>(read);
    }

    private static object? Read(byte[] pickle) => Unpickler.Read(new PickleCursor("a.pth", pickle, 0));

    private static SegPipeException Refused(byte[] pickle)
    {
        var error = Assert.Throws<SegPipeException>(() => Read(pickle));
        Assert.StartsWith("a.pth cannot be imported: ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }
}
