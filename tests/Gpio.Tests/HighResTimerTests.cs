using System.Device.Gpio;
using Hardware.Machine;
using nanoFramework.Hardware.Esp32;
using OnMachine;

namespace Gpio.Tests;

/// <summary>The ESP32's microsecond timer: exact in the chip, and seen when the runtime looks.</summary>
[TestClass]
public class HighResTimerTests
{
    private const string Board = "ESP32-DevKitC";

    // What makes the timer less than its name on a board that waits: nanoFramework's idle loop sleeps for a tick of 10 ms.
    [MachineTest(Board = Board)]
    public void OneShot_RuntimeThatWaits_IsSeenAtTheNextTickOfTheClock()
    {
        HighResTimer timer = new();
        List<long> seen = [];
        timer.OnHighResTimerExpired += (sender, _) =>
        {
            Assert.AreSame(timer, sender);
            seen.Add(Outside.Nanoseconds);
        };
        Outside.Pass(10);
        long start = Outside.Nanoseconds;
        timer.StartOneShot(3500);
        Outside.Pass(50);
        long tick = (start / 10_000_000 + 1) * 10_000_000;
        Assert.HasCount(1, seen);
        Assert.IsTrue(seen[0] >= tick && seen[0] < tick + 1_000_000, $"{seen[0]} is not just behind {tick}");
    }

    [MachineTest(Board = Board)]
    public void OneShot_RuntimeThatComputes_IsSeenAtTheEndOfTheQuantum()
    {
        HighResTimer timer = new();
        ulong seen = 0;
        timer.OnHighResTimerExpired += (_, _) => seen = HighResTimer.GetCurrent();
        ulong start = HighResTimer.GetCurrent();
        timer.StartOneShot(1000);
        while (seen == 0 && HighResTimer.GetCurrent() < start + 100_000)
        {
        }

        Assert.IsTrue(seen >= start + 1000 && seen < start + 25_000, $"{seen - start} us");
    }

    [MachineTest(Board = Board)]
    public void Expiry_BesideAnEdgeOfTheSameTime_ComesInTheirOrder()
    {
        using GpioPin pin = new GpioController().OpenPin(5, PinMode.Output);
        HighResTimer timer = new();
        string order = "";
        pin.ValueChanged += (_, _) => order += "e";
        timer.OnHighResTimerExpired += (_, _) => order += "t";
        pin.Write(PinValue.High);
        timer.StartOneShot(1);
        Outside.Pass(20);
        Assert.AreEqual("et", order);
    }

    [MachineTest(Board = Board)]
    public void StartAndStop_AnyOrder_TheLastOneCounts()
    {
        HighResTimer timer = new();
        int count = 0;
        timer.OnHighResTimerExpired += (_, _) => count++;
        timer.StartOneShot(5000);
        timer.StartOneShot(35_000);
        Outside.Pass(20);
        Assert.AreEqual(0, count, "a start replaces the one before");
        timer.Stop();
        Outside.Pass(50);
        Assert.AreEqual(0, count, "it was stopped");
        timer.StartOnePeriodic(20_000);
        Outside.Pass(90);
        Assert.AreEqual(4, count);
        timer.Dispose();
        Outside.Pass(50);
        Assert.AreEqual(4, count);
        Assert.ThrowsExactly<ObjectDisposedException>(() => timer.StartOneShot(1));
    }

    [MachineTest(Board = Board)]
    public void Constructor_EleventhTimer_Throws()
    {
        HighResTimer[] all = new HighResTimer[10];
        for (int i = 0; i < all.Length; i++) all[i] = new HighResTimer();
        Assert.Throws<Exception>(() => new HighResTimer());
        all[3].Dispose();
        Assert.IsNotNull(new HighResTimer());
    }
}
