using System;
using System.Device.Gpio;
using System.Threading;

/// <summary>Times single operations, the loop taken off, as they were timed on the real board.</summary>
public static class OperationCosts
{
    private const int Count = 200;

    private static readonly object s_gate = new object();
    private static readonly AutoResetEvent s_event = new AutoResetEvent(false);
    private static long s_start, s_empty;
    private static int s_static;
    private static object s_object;
    private static string s_text = "12345";

    public static void Main()
    {
        Cell cell = new Cell();
        Cell derived = new Derived();
        ICell face = new Derived();
        Function function = Static;
        int[] array = new int[4];
        int a = 1, b = 2, k = 12345;
        long l = 1;
        Timer timer = new Timer(Nothing, null, -1, -1);
        Begin(); for (int i = 0; i < Count; i++) { } s_empty = DateTime.UtcNow.Ticks - s_start;
        Begin(); for (int i = 0; i < Count; i++) a = b; End("local load and store");
        Begin(); for (int i = 0; i < Count; i++) cell.Value = cell.Value; End("field load and store");
        Begin(); for (int i = 0; i < Count; i++) s_static = a; End("static store");
        Begin(); for (int i = 0; i < Count; i++) cell.Value++; End("field ++");
        Begin(); for (int i = 0; i < Count; i++) s_static++; End("static ++");
        Begin(); for (int i = 0; i < Count; i++) a = b + a; End("int add");
        Begin(); for (int i = 0; i < Count; i++) a = array[2]; End("array load");
        Begin(); for (int i = 0; i < Count; i++) s_object = (Derived)derived; End("cast");
        Begin(); for (int i = 0; i < Count; i++) Empty(); End("empty call static");
        Begin(); for (int i = 0; i < Count; i++) cell.Empty(); End("empty call instance");
        Begin(); for (int i = 0; i < Count; i++) a = cell.Property; End("property getter");
        Begin(); for (int i = 0; i < Count; i++) derived.Virtual(); End("virtual call");
        Begin(); for (int i = 0; i < Count; i++) face.Virtual(); End("interface call");
        Begin(); for (int i = 0; i < Count; i++) function(); End("delegate call");
        Begin(); for (int i = 0; i < Count; i++) { try { } finally { a = i; } } End("try/finally");
        Begin(); for (int i = 0; i < Count; i++) { try { Throw(); } catch (Exception) { } } End("throw new, catch");
        Begin(); for (int i = 0; i < Count; i++) lock (s_gate) { } End("lock on a static");
        Begin(); for (int i = 0; i < Count; i++) Interlocked.Increment(ref s_static); End("Interlocked.Increment");
        Begin(); for (int i = 0; i < Count; i++) l = Environment.TickCount64; End("Environment.TickCount64");
        Begin(); for (int i = 0; i < Count; i++) l = DateTime.UtcNow.Ticks; End("DateTime.UtcNow.Ticks");
        Begin(); for (int i = 0; i < Count; i++) s_object = Thread.CurrentThread; End("Thread.CurrentThread");
        Begin(); for (int i = 0; i < Count; i++) s_event.Set(); End("Set, nobody waits");
        Begin(); for (int i = 0; i < Count; i++) timer.Change(1000, -1); End("Timer.Change");
        timer.Dispose();
        Begin(); for (int i = 0; i < Count; i++) s_object = new Cell0(); End("newobj of 0 fields");
        Begin(); for (int i = 0; i < Count; i++) s_object = new Cell4(); End("newobj of 4 fields");
        Begin(); for (int i = 0; i < Count; i++) s_object = new Function(Static); End("new delegate");
        Begin(); for (int i = 0; i < Count; i++) s_object = s_text + s_text; End("string + string");
        Begin(); for (int i = 0; i < Count; i++) s_object = k.ToString(); End("int.ToString()");
        GpioController controller = new GpioController();
        GpioPin pin = controller.OpenPin(30, PinMode.Output);
        Begin(); for (int i = 0; i < Count; i++) pin.Write(PinValue.High); End("GpioPin.Write");
        PinValue value = PinValue.Low;
        Begin(); for (int i = 0; i < Count; i++) value = pin.Read(); End("GpioPin.Read");
        Begin(); Console.WriteLine("1234567890"); End1("WriteLine of 10 letters");
        Begin(); Console.WriteLine("1234567890123456789012345678901234567890"); End1("WriteLine of 40 letters");
        GC(value, l);
        new Thread(Answer).Start();
        s_event.WaitOne(0, false);
        Thread.Sleep(1);
        Begin();
        for (int i = 0; i < Count; i++) { s_ping.Set(); s_pong.WaitOne(); }
        s_start += DateTime.UtcNow.Ticks - s_start - (DateTime.UtcNow.Ticks - s_start) / 2;
        End("half a ping-pong");
        s_over = true;
        s_ping.Set();
    }

    private static readonly AutoResetEvent s_ping = new AutoResetEvent(false);
    private static readonly AutoResetEvent s_pong = new AutoResetEvent(false);
    private static bool s_over;

    private static void Answer()
    {
        while (!s_over)
        {
            s_ping.WaitOne();
            s_pong.Set();
        }
    }

    private static void GC(PinValue value, long l) => s_object = value == PinValue.High ? l.ToString() : null;

    private static void Begin() => s_start = DateTime.UtcNow.Ticks;

    // Ticks are 100 ns: tenths of a microsecond.
    private static void End(string what)
    {
        long tenths = (DateTime.UtcNow.Ticks - s_start - s_empty) / Count;
        Console.WriteLine(what + " " + (tenths / 10).ToString() + "." + (tenths % 10).ToString());
    }

    private static void End1(string what)
    {
        long tenths = DateTime.UtcNow.Ticks - s_start;
        Console.WriteLine(what + " " + (tenths / 10).ToString() + ".0");
    }

    private static int Static() => 0;

    private static void Empty()
    {
    }

    private static void Nothing(object state)
    {
    }

    private static void Throw() => throw new Exception();

    private delegate int Function();

    private interface ICell
    {
        int Virtual();
    }

    private class Cell0
    {
    }

    private class Cell4
    {
        public int A, B, C, D;
    }

    private class Cell
    {
        public int Value;

        public int Property => Value;

        public void Empty()
        {
        }

        public virtual int Virtual() => 0;
    }

    private sealed class Derived : Cell, ICell
    {
        public override int Virtual() => 0;
    }
}
