using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

using Hardware.Serial;

namespace Monitor.Tests;

// Not in parallel: a process that another test starts has this one's descriptors for a moment, and the terminal seems to have a
// listener.
[TestClass]
[DoNotParallelize]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class PseudoTerminalTests
{
    private const int Baud = 921600;
    private const int PatienceMilliseconds = 30_000;

    [TestMethod]
    public void Write_NobodyListens_DropsAndCounts()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();

        Assert.IsFalse(terminal.HasListener);
        Assert.AreEqual(0, terminal.Write("lost"u8));
        Assert.IsFalse(terminal.WriteAll("lost too"u8, PatienceMilliseconds));
        Assert.AreEqual(12L, terminal.DroppedBytes);

        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        Assert.IsTrue(terminal.HasListener);
        Assert.AreEqual(5, terminal.Write("heard"u8));
        Assert.AreEqual("heard", Read(listener, 5));
        Assert.AreEqual(12L, terminal.DroppedBytes);
    }

    [TestMethod]
    public void Write_ListenerDoesNotRead_ReturnsAndCounts()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        var bytes = new byte[1 << 20];

        int taken = terminal.Write(bytes);

        Assert.IsGreaterThan(0, taken);
        Assert.IsLessThan(bytes.Length, taken);
        Assert.AreEqual(bytes.Length - taken, terminal.DroppedBytes);
    }

    [TestMethod]
    public void Write_ListenerLeft_DropsAgain()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        SerialPort.Open(terminal.Path, Baud).Dispose();
        Assert.IsFalse(terminal.HasListener);
        Assert.AreEqual(0, terminal.Write("x"u8));
    }

    [TestMethod]
    public void WriteAll_MoreThanTheBuffer_ArrivesByteForByte()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        var sent = new byte[300_000];
        new Random(1).NextBytes(sent);
        bool isSent = false;
        var writer = new Thread(() => isSent = terminal.WriteAll(sent, PatienceMilliseconds));
        writer.Start();

        var received = new byte[sent.Length];
        for (int count = 0; count < received.Length;)
        {
            int bytes = listener.Read(received.AsSpan(count), PatienceMilliseconds);
            Assert.AreNotEqual(0, bytes);
            count += bytes;
        }

        writer.Join();
        Assert.IsTrue(isSent);
        CollectionAssert.AreEqual(sent, received);
        Assert.AreEqual(0L, terminal.DroppedBytes);
    }

    [TestMethod]
    public void Read_NothingSent_ReturnsZero()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        Assert.AreEqual(0, listener.Read(new byte[1], 1));
    }

    [TestMethod]
    public void Read_OtherSideClosed_SaysGone()
    {
        PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        terminal.Dispose();
        SerialPortException exception = Assert.ThrowsExactly<SerialPortException>(
            () => listener.Read(new byte[1], PatienceMilliseconds));
        Assert.AreEqual(SerialPortFault.Gone, exception.Fault);
        Assert.ThrowsExactly<ObjectDisposedException>(() => terminal.Write("x"u8));
    }

    [TestMethod]
    public void Open_PortInUse_SaysBusyAndLeavesItAlone()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort first = SerialPort.Open(terminal.Path, Baud);
        SerialPortException exception = Assert.ThrowsExactly<SerialPortException>(() => SerialPort.Open(terminal.Path, 9600));

        Assert.AreEqual(SerialPortFault.Busy, exception.Fault);
        terminal.Write("still"u8);
        Assert.AreEqual("still", Read(first, 5));
    }

    [TestMethod]
    public void Read_TimeoutsWhileBytesCome_LosesNone()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        var sent = new byte[20_000];
        new Random(2).NextBytes(sent);
        bool isSent = true;
        var writer = new Thread(() =>
        {
            for (int i = 0; i < sent.Length; i += 5)
            {
                isSent &= terminal.WriteAll(sent.AsSpan(i, 5), PatienceMilliseconds);
                if (i % 25 == 0) Thread.Yield();
            }
        });
        writer.Start();
        var received = new List<byte>();
        var buffer = new byte[3];
        var patience = Stopwatch.StartNew();
        while (received.Count < sent.Length && patience.ElapsedMilliseconds < PatienceMilliseconds)
        {
            int bytes = listener.Read(buffer, 0);
            received.AddRange(buffer.AsSpan(0, bytes));
        }

        writer.Join();
        Assert.IsTrue(isSent);
        CollectionAssert.AreEqual(sent, received);
    }

    [TestMethod]
    public void Write_Bytes_ArriveAndTheSpeedCanChangeInBetween()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        Assert.IsTrue(listener.Write("ping"u8));
        var buffer = new byte[4];
        Assert.AreEqual(4, terminal.Read(buffer, PatienceMilliseconds));
        Assert.AreEqual("ping", Encoding.UTF8.GetString(buffer));
        listener.SetBaud(115200);
        terminal.Write("pong"u8);
        Assert.AreEqual("pong", Read(listener, 4));
    }

    [TestMethod]
    public void Write_NobodyFetches_NeitherWaitsNorHoldsUpTheEnd()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        Assert.IsTrue(listener.Write(new byte[1 << 20]));
        Assert.IsFalse(listener.Write("more"u8), "the first one is still on its way");
        terminal.Write("heard"u8);
        Assert.AreEqual("heard", Read(listener, 5));
        var end = new Thread(listener.Dispose);
        end.Start();
        Assert.IsTrue(end.Join(PatienceMilliseconds));
        Assert.IsFalse(terminal.HasListener);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Baud_WithoutAName_IsRefusedAndThePortIsFreeAgain()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open();
        Assert.AreEqual(SerialPortFault.BadBaudRate,
            Assert.ThrowsExactly<SerialPortException>(() => SerialPort.Open(terminal.Path, 123_456)).Fault);
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        Assert.AreEqual(SerialPortFault.BadBaudRate,
            Assert.ThrowsExactly<SerialPortException>(() => listener.SetBaud(123_456)).Fault);
        terminal.Write("still"u8);
        Assert.AreEqual("still", Read(listener, 5));
    }

    [TestMethod]
    public void Open_AfterTheOtherSideClosed_SaysNotFound()
    {
        PseudoTerminal terminal = PseudoTerminal.Open();
        using SerialPort listener = SerialPort.Open(terminal.Path, Baud);
        terminal.Dispose();
        Assert.AreEqual(SerialPortFault.Gone,
            Assert.ThrowsExactly<SerialPortException>(() => ReadOn(listener)).Fault);
        Assert.AreEqual(SerialPortFault.Gone,
            Assert.ThrowsExactly<SerialPortException>(() => ReadOn(listener)).Fault, "and says it again");
        Assert.AreEqual(SerialPortFault.NotFound,
            Assert.ThrowsExactly<SerialPortException>(() => SerialPort.Open(terminal.Path, Baud)).Fault);
    }

    [TestMethod]
    [DataRow(2, SerialPortFault.NotFound)]
    [DataRow(6, SerialPortFault.NotFound)]
    [DataRow(13, SerialPortFault.NoPermission)]
    [DataRow(16, SerialPortFault.Busy)]
    [DataRow(21, SerialPortFault.NotASerialPort)]
    [DataRow(24, SerialPortFault.Other)]
    public void Explain_SystemError_NamesTheCause(int error, SerialPortFault fault)
    {
        SerialPortException exception = PortClaim.Explain("/dev/ttyUSB0", error, "the system's words");
        Assert.AreEqual(fault, exception.Fault);
        Assert.StartsWith("/dev/ttyUSB0: ", exception.Message);
        Assert.DoesNotContain("\n", exception.Message);
        if (fault == SerialPortFault.NoPermission && OperatingSystem.IsLinux()) Assert.Contains("dialout", exception.Message);
        if (fault == SerialPortFault.Other) Assert.Contains("the system's words", exception.Message);
    }

    [TestMethod]
    public void FindOnLinux_Folders_GivesPortsWithADevice()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("ports");
        try
        {
            string Sys(string name) => Directory.CreateDirectory(Path.Combine(root.FullName, "sys", name)).FullName;
            string dev = Path.Combine(root.FullName, "dev");
            Directory.CreateDirectory(Path.Combine(dev, "serial", "by-id"));
            foreach (string name in (string[])["ttyUSB10", "ttyUSB2", "ttyACM0", "ttyS0", "ttyS1", "tty1", "ttyUSB3"])
            {
                string folder = Sys(name);
                if (name != "tty1") Directory.CreateDirectory(Path.Combine(folder, "device"));
                if (name != "ttyUSB3") File.WriteAllText(Path.Combine(dev, name), "");
            }

            File.WriteAllText(Path.Combine(Sys("ttyS0"), "type"), "4\n");
            File.WriteAllText(Path.Combine(Sys("ttyS1"), "type"), "0\n");
            File.CreateSymbolicLink(Path.Combine(dev, "serial", "by-id", "usb-Silicon_Labs_CP2102N"), "../../ttyUSB2");

            IReadOnlyList<SerialPortInfo> ports = SerialPortList.FindOnLinux(Path.Combine(root.FullName, "sys"), dev);

            CollectionAssert.AreEqual(
                (string[])["ttyS0", "ttyACM0", "ttyUSB2", "ttyUSB10"],
                ports.Select(port => Path.GetFileName(port.Path)).ToArray());
            Assert.AreEqual("usb-Silicon_Labs_CP2102N", ports[2].Description);
            Assert.IsEmpty(SerialPortList.FindOnLinux(Path.Combine(root.FullName, "none"), dev));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void FindOnMac_Folder_LeavesOutWhatEveryMacHas()
    {
        DirectoryInfo dev = Directory.CreateTempSubdirectory("ports");
        try
        {
            string[] names = ["cu.usbserial-10", "cu.Bluetooth-Incoming-Port", "tty.usbserial-10", "cu.debug-console"];
            foreach (string name in names)
                File.WriteAllText(Path.Combine(dev.FullName, name), "");
            IReadOnlyList<SerialPortInfo> ports = SerialPortList.FindOnMac(dev.FullName);
            Assert.HasCount(1, ports);
            Assert.EndsWith("cu.usbserial-10", ports[0].Path);
        }
        finally
        {
            dev.Delete(recursive: true);
        }
    }

    private static void ReadOn(SerialPort port)
    {
        for (int i = 0; i < 10; i++) port.Read(new byte[1], PatienceMilliseconds);
    }

    private static string Read(SerialPort port, int count)
    {
        var bytes = new byte[count];
        for (int start = 0; start < count;)
        {
            int read = port.Read(bytes.AsSpan(start), PatienceMilliseconds);
            Assert.AreNotEqual(0, read, "nothing came");
            start += read;
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
