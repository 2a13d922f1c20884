using System.Device.Gpio;
using System.Reflection;
using nanoFramework.Runtime.Native;
using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>Boards whose firmware fails: each failure is told from the others.</summary>
[TestClass]
public class SessionTests
{
    private static readonly Wiring s_wiring = new(0, Drive.Low, 2, LedActiveLow: true, TracePin: 3);
    private static readonly Settings s_settings =
        new(new Finger(1, 20, 0, 0, 1), RingCapacity: 16, ScriptPath: null, IsInteractive: false, LogPath: null);

    private TextWriter _console = null!;

    [TestInitialize]
    public void KeepConsole() => _console = Console.Out;

    [TestCleanup]
    public void GiveConsoleBack() => Console.SetOut(_console);

    [TestMethod]
    public void PowerOff_MainThrew_SaysWhat()
    {
        Session session = PowerOn(nameof(Throws));
        Assert.IsFalse(session.WaitForBoot());
        Assert.AreEqual("the firmware ended with System.InvalidOperationException: planted", session.PowerOff(true).Failure);
    }

    [TestMethod]
    public void PowerOff_MainReturnedAndNobodyListens_SaysSo()
    {
        Session session = PowerOn(nameof(Returns));
        Assert.IsFalse(session.WaitForBoot());
        Assert.AreEqual("the firmware does not listen to the button, pin 0", session.PowerOff(true).Failure);
    }

    [TestMethod]
    public void PowerOff_RebootRequested_SaysSo()
    {
        Session session = PowerOn(nameof(Reboots));
        Assert.IsFalse(session.WaitForBoot());
        StringAssert.Contains(session.PowerOff(true).Failure, "reboot");
    }

    [TestMethod]
    public void PowerOff_ModuleStillLoaded_IsAFailureUnlessItMay()
    {
        Session session = PowerOn(nameof(Listens));
        Assert.IsTrue(session.WaitForBoot());
        session.Play(Stimulus.Create(s_settings.Finger, s_wiring));
        Outcome outcome = session.PowerOff(mustBeUnloaded: true);
        Assert.AreEqual("the firmware did not unload its module within 0.05 s of holding the button", outcome.Failure);
        Assert.AreEqual(3, outcome.Totals.ButtonEdges, "a press, a release, and held for good");
        Assert.AreEqual(new InterruptCounters(3, 0, 3, 0, 0, 0), outcome.Totals.Interrupts);
        Assert.IsNull(PowerOn(nameof(Listens)).PowerOff(mustBeUnloaded: false).Failure);
    }

    [TestMethod]
    public void PowerOff_ModuleUnloaded_IsASuccess()
    {
        Session session = PowerOn(nameof(UnloadsAtThirdEdge));
        Assert.IsTrue(session.WaitForBoot());
        session.Play(Stimulus.Create(s_settings.Finger, s_wiring));
        Outcome outcome = session.PowerOff(mustBeUnloaded: true);
        Assert.IsNull(outcome.Failure);
        Assert.AreEqual(4, outcome.Totals.ButtonEdges);
        Assert.AreEqual(1, outcome.Totals.LedSwitchOns, "active low: low lights it");
        Assert.AreEqual(1, outcome.Totals.SerialLines);
    }

    public static void Throws() => throw new InvalidOperationException("planted");

    public static void Returns()
    {
    }

    public static void Reboots() => Power.RebootDevice();

    public static void Listens()
    {
        new GpioController().OpenPin(0, PinMode.InputPullUp).ValueChanged += (_, _) => { };
        Thread.Sleep(Timeout.Infinite);
    }

    public static void UnloadsAtThirdEdge()
    {
        var controller = new GpioController();
        GpioPin led = controller.OpenPin(2, PinMode.Output);
        led.Write(PinValue.High);
        int edges = 0;
        controller.OpenPin(0, PinMode.InputPullUp).ValueChanged += (_, _) =>
        {
            if (++edges != 3) return;
            led.Write(PinValue.Low);
            Console.WriteLine("button_module: unloaded");
        };
        Thread.Sleep(Timeout.Infinite);
    }

    private static Session PowerOn(string entry) => new(s_settings, s_wiring,
        new Firmware(typeof(SessionTests).GetMethod(entry, BindingFlags.Public | BindingFlags.Static)!), [])
    {
        UnloadLimit = TimeSpan.FromMilliseconds(50),
    };
}
