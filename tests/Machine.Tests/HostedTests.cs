using System.Diagnostics;
using System.Reflection;
using Hardware.Machine;
using OnMachine;

namespace Machine.Tests;

/// <summary>Tests in full C# that run on the machine.</summary>
[TestClass]
public sealed class HostedTests
{
    private static readonly List<string> s_order = ["static"];
    private static int s_runs;

    private readonly List<string> _seen = [];

    public enum Kind
    {
        First,
        Second,
    }

    public static IEnumerable<object[]> Numbers => Enumerable.Range(1, 3).Select(number => new object[] { number, number * 2 });

    [TestInitialize]
    public void Begin() => _seen.Add("begin");

    [MachineTest(Seeds = 3)]
    public void FullCSharp_OnThreadsOfTheMachine_RunsInVirtualTime()
    {
        List<int> numbers = [];
        List<Thread> threads = [.. Enumerable.Range(0, 5).Select(number => new Thread(() =>
        {
            Thread.Sleep(1000 * (5 - number));
            lock (numbers) numbers.Add(number);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();

        CollectionAssert.AreEqual(new[] { 4, 3, 2, 1, 0 }, numbers, $"{string.Join(' ', numbers)}");
        Assert.AreEqual(5000, Environment.TickCount64, 10);
        Assert.AreEqual(2026, DateTime.UtcNow.Year);
        Assert.ThrowsExactly<ArgumentNullException>(() => new Thread((ThreadStart)null!));
    }

    [MachineTest(Seeds = 5)]
    public void Statics_OfEveryRun_AreNew()
    {
        s_runs++;
        s_order.Add("test");
        Assert.AreEqual("static test", string.Join(' ', s_order));
        Assert.AreEqual(1, s_runs);
    }

    [MachineTest]
    [DataRow(Kind.First, "First", 1L)]
    [DataRow(Kind.Second, "Second", 2)]
    public void Data_OfARow_ArrivesInTheMachinesTypes(Kind kind, string name, long number)
    {
        Assert.AreEqual(name, kind.ToString());
        Assert.AreEqual(number, (int)kind + 1L);
        CollectionAssert.AreEqual(new[] { "begin" }, _seen);
    }

    [MachineTest]
    [DynamicData(nameof(Numbers))]
    public void Data_OfAProperty_Arrives(int number, int twice) => Assert.AreEqual(twice, number * 2);

    [TestMethod]
    public async Task Test_ThatFails_FailsWithItsException()
    {
        TestResult result = await Execute(new MachineTestAttribute(), nameof(Samples.Fails));
        Assert.AreEqual(UnitTestOutcome.Failed, result.Outcome);
        Assert.IsInstanceOfType<AssertFailedException>(result.TestFailureException);
        Assert.Contains("of the sample", result.TestFailureException.Message);
    }

    [TestMethod]
    public async Task Test_ThatWaitsForEver_SaysWhatItsThreadsWaitFor()
    {
        TestResult result = await Execute(new MachineTestAttribute(), nameof(Samples.Waits));
        string message = result.TestFailureException!.Message;
        Assert.Contains("did not end: NothingCanHappen", message);
        Assert.Contains("Main: waits for the end of thread 1", message);
        Assert.Contains("thread 1: waits for an AutoResetEvent", message);
        Assert.Contains("HostedTests.cs:line", message);
    }

    [TestMethod]
    public async Task Test_ThatComputesForEver_EndsAtItsLimit()
    {
        TestResult result = await Execute(new MachineTestAttribute { LimitMilliseconds = 100 }, nameof(Samples.Spins));
        Assert.Contains("did not end: TimeIsUp at 100", result.TestFailureException!.Message);
    }

    [TestMethod]
    public async Task Test_WithARace_NamesTheSeedThatFindsItAndReplays()
    {
        TestResult result = await Execute(new MachineTestAttribute { Seeds = 50 }, nameof(Samples.Races));
        string message = result.TestFailureException!.Message;
        Assert.StartsWith("With the forced switches of seed ", message);
        int seed = int.Parse(message["With the forced switches of seed ".Length..].Split(' ')[0]);

        TestResult again = await Execute(new MachineTestAttribute { Seed = seed }, nameof(Samples.Races));
        Assert.AreEqual(message, again.TestFailureException!.Message);
    }

    [TestMethod]
    public async Task Test_WithAnExceptionOnAnotherThread_Fails()
    {
        TestResult result = await Execute(new MachineTestAttribute(), nameof(Samples.ThrowsElsewhere));
        Assert.StartsWith("Nothing caught this on thread 1: System.FormatException", result.TestFailureException!.Message);
    }

    [TestMethod]
    public async Task Test_WithAClockOfThePc_IsRefusedByName()
    {
        TestResult result = await Execute(new MachineTestAttribute(), nameof(Samples.LooksAtAStopwatch));
        Assert.IsInstanceOfType<UnknownMemberException>(result.TestFailureException);
        Assert.Contains("System.Diagnostics.Stopwatch in ", result.TestFailureException!.Message);
        result = await Execute(new MachineTestAttribute(), nameof(Samples.LooksAtTheWall));
        Assert.Contains("System.DateTime.get_Now() in ", result.TestFailureException!.Message);
    }

    private static async Task<TestResult> Execute(MachineTestAttribute attribute, string name)
    {
        TestResult[] results = await attribute.ExecuteAsync(new Found(typeof(Samples).GetMethod(name)!));
        return results[0];
    }

    /// <summary>Tests that fail.</summary>
    public sealed class Samples
    {
        private int _count;

        public void Fails() => Assert.Fail("of the sample");

        public void Waits()
        {
            Thread thread = new(() => new AutoResetEvent(false).WaitOne());
            thread.Start();
            thread.Join();
        }

        public void Spins()
        {
            while (_count >= 0) _count ^= 1;
        }

        public void Races()
        {
            Thread[] threads = [new(Count), new(Count)];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
            Assert.AreEqual(10, _count);
        }

        public void ThrowsElsewhere()
        {
            Thread thread = new(() => throw new FormatException("on purpose"));
            thread.Start();
            thread.Join();
        }

        public void LooksAtAStopwatch() => Stopwatch.StartNew();

        public void LooksAtTheWall() => _count = DateTime.Now.Year;

        private void Count()
        {
            for (int i = 0; i < 5; i++)
            {
                int count;
                lock (this) count = _count;
                lock (this) _count = count + 1;
            }
        }
    }

    /// <summary>What MSTest gives the attribute.</summary>
    private sealed class Found(MethodInfo method) : ITestMethod
    {
        public string TestMethodName => method.Name;

        public string TestClassName => method.DeclaringType!.FullName!;

        public Type ReturnType => method.ReturnType;

        public object?[]? Arguments => null;

        public ParameterInfo[] ParameterTypes => method.GetParameters();

        public MethodInfo MethodInfo => method;

        public Task<TestResult> InvokeAsync(object?[]? arguments) => throw new NotSupportedException();

        public Attribute[] GetAllAttributes() => [.. method.GetCustomAttributes()];

        public TAttribute[] GetAttributes<TAttribute>()
            where TAttribute : Attribute => [.. method.GetCustomAttributes<TAttribute>()];
    }
}
