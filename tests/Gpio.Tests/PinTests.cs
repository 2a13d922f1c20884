using System.Device.Gpio;
using Hardware.Machine;
using VirtualRuntime;

namespace Gpio.Tests;

/// <summary>Pins as firmware sees them: modes, levels, errors, closing.</summary>
[TestClass]
public class PinTests
{
    private const int Pin = 5;
    private const int PinCount = 40;
    private const int FirstInputOnlyPin = 34;

    [BoardTest]
    [DataRow(PinMode.InputPullUp, true)]
    [DataRow(PinMode.InputPullDown, false)]
    public void Read_OpenWire_FollowsTheResistor(PinMode mode, bool expected)
    {
        Outside.Drive(Pin, expected ? Drive.Low : Drive.High);
        using GpioPin pin = new GpioController().OpenPin(Pin, mode);
        Assert.AreEqual((PinValue)(!expected), pin.Read());
        Outside.Drive(Pin, Drive.Open);
        Assert.AreEqual((PinValue)expected, pin.Read());
    }

    [BoardTest]
    [DataRow(Drive.Low)]
    [DataRow(Drive.High)]
    public void Read_DrivenWire_OutsideBeatsTheResistor(Drive drive)
    {
        var controller = new GpioController();
        using GpioPin up = controller.OpenPin(Pin, PinMode.InputPullUp);
        using GpioPin down = controller.OpenPin(Pin + 1, PinMode.InputPullDown);
        Outside.Drive(new WireChange(Pin, drive), new WireChange(Pin + 1, drive));
        Assert.AreEqual((PinValue)(drive == Drive.High), up.Read());
        Assert.AreEqual((PinValue)(drive == Drive.High), down.Read());
    }

    [BoardTest]
    public void Read_FloatingInput_KeepsItsLastLevel()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Input);
        Assert.AreEqual(PinValue.Low, pin.Read());
        Outside.Drive(Pin, Drive.High);
        Outside.Drive(Pin, Drive.Open);
        Assert.AreEqual(PinValue.High, pin.Read());
    }

    [BoardTest]
    public void Read_InputOnlyPinWithPullUp_FloatsBecauseItHasNoResistor()
    {
        using GpioPin pin = new GpioController().OpenPin(FirstInputOnlyPin, PinMode.InputPullUp);
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    [DataRow(PinMode.Output, false, true)]
    [DataRow(PinMode.OutputOpenDrainPullUp, false, true)]
    [DataRow(PinMode.OutputOpenSourcePullDown, false, true)]
    public void Write_DrivingOutput_SetsBothLevels(PinMode mode, bool low, bool high)
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, mode);
        Assert.AreEqual(low, Outside.GetPin(Pin).IsHigh, "an output starts low");
        pin.Write(PinValue.High);
        Assert.AreEqual(high, Outside.GetPin(Pin).IsHigh);
        pin.Write(PinValue.Low);
        Assert.AreEqual(low, Outside.GetPin(Pin).IsHigh);
    }

    [BoardTest]
    public void Write_OpenDrain_PullsLowAndLetsGoHigh()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.OutputOpenDrain);
        pin.Write(PinValue.High);
        Assert.AreEqual(PinValue.Low, pin.Read(), "nobody pulls up");
        Outside.Drive(Pin, Drive.High);
        Outside.Drive(Pin, Drive.Open);
        Assert.AreEqual(PinValue.High, pin.Read());
        pin.Write(PinValue.Low);
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    public void Write_OpenSource_PullsHighAndLetsGoLow()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.OutputOpenSource);
        pin.Write(PinValue.High);
        pin.Write(PinValue.Low);
        Assert.AreEqual(PinValue.High, pin.Read(), "nobody pulls down");
        Outside.Drive(Pin, Drive.Low);
        Outside.Drive(Pin, Drive.Open);
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    public void Write_Input_ThrowsArgumentException()
    {
        var controller = new GpioController();
        using GpioPin pin = controller.OpenPin(Pin, PinMode.InputPullUp);
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => pin.Write(PinValue.Low));
        StringAssert.Contains(exception.Message, "output");
        Assert.ThrowsExactly<ArgumentException>(() => controller.Write(Pin, PinValue.Low));
        Assert.AreEqual(PinValue.High, pin.Read());
    }

    [BoardTest]
    public void Toggle_Input_DoesNothing()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        pin.Toggle();
        Assert.AreEqual(PinValue.High, pin.Read());
    }

    [BoardTest]
    public void Toggle_Output_ExchangesLevels()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Toggle();
        Assert.AreEqual(PinValue.High, pin.Read());
        pin.Toggle();
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    public void SetPinMode_OutputAgain_StartsLow()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.SetPinMode(PinMode.Output);
        Assert.AreEqual(PinValue.Low, pin.Read());
        Assert.AreEqual(PinMode.Output, pin.GetPinMode());
    }

    [BoardTest]
    public void SetPinMode_OutputOnInputOnlyPin_ThrowsAndKeepsTheMode()
    {
        var controller = new GpioController();
        using GpioPin pin = controller.OpenPin(FirstInputOnlyPin, PinMode.InputPullUp);
        Assert.ThrowsExactly<ArgumentException>(() => pin.SetPinMode(PinMode.Output));
        Assert.ThrowsExactly<ArgumentException>(() => controller.SetPinMode(FirstInputOnlyPin, (PinMode)99));
        Assert.AreEqual(PinMode.InputPullUp, pin.GetPinMode());
    }

    [BoardTest]
    [DataRow(0, PinMode.OutputOpenSourcePullDown, true)]
    [DataRow(0, (PinMode)8, false)]
    [DataRow(0, (PinMode)(-1), false)]
    [DataRow(34, PinMode.InputPullUp, true)]
    [DataRow(34, PinMode.Output, false)]
    [DataRow(40, PinMode.Input, false)]
    [DataRow(-1, PinMode.Input, false)]
    public void IsPinModeSupported_AnyPin_SaysWhatSetPinModeWillDo(int pin, PinMode mode, bool expected)
    {
        var controller = new GpioController();
        Assert.AreEqual(expected, controller.IsPinModeSupported(pin, mode));
        if (pin is < 0 or >= PinCount) return;
        using GpioPin open = controller.OpenPin(pin);
        Assert.AreEqual(expected, open.IsPinModeSupported(mode));
        if (expected) open.SetPinMode(mode);
        else Assert.ThrowsExactly<ArgumentException>(() => open.SetPinMode(mode));
    }

    [BoardTest]
    public void OpenPin_AlreadyOpen_ThrowsAndSaysWhatToDo()
    {
        var controller = new GpioController();
        using GpioPin pin = controller.OpenPin(Pin, PinMode.Output);
        InvalidOperationException exception =
            Assert.ThrowsExactly<InvalidOperationException>(() => new GpioController().OpenPin(Pin));
        StringAssert.Contains(exception.Message, "open already");
        StringAssert.Contains(exception.Message, "close");
    }

    [BoardTest]
    [DataRow(-1)]
    [DataRow(40)]
    public void OpenPin_NoSuchPin_ThrowsAndNamesThePins(int pin)
    {
        var controller = new GpioController();
        InvalidOperationException exception = Assert.ThrowsExactly<InvalidOperationException>(() => controller.OpenPin(pin));
        StringAssert.Contains(exception.Message, "0 to 39");
        Assert.AreEqual(40, controller.PinCount);
        Assert.IsFalse(controller.IsPinOpen(pin));
    }

    [BoardTest]
    public void OpenPin_UnsupportedMode_ThrowsAndThePinStaysReserved()
    {
        var controller = new GpioController();
        Assert.ThrowsExactly<ArgumentException>(() => controller.OpenPin(35, PinMode.Output));
        Assert.IsTrue(controller.IsPinOpen(35));
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.ClosePin(35));
    }

    [BoardTest]
    public void ClosePin_Open_CanBeOpenedAgain()
    {
        var controller = new GpioController(PinNumberingScheme.Board);
        Assert.AreEqual(PinNumberingScheme.Board, controller.NumberingScheme);
        GpioPin pin = controller.OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        controller.ClosePin(Pin);
        Assert.IsFalse(controller.IsPinOpen(Pin));
        using GpioPin again = controller.OpenPin(Pin);
        Assert.AreEqual(PinMode.Input, again.GetPinMode());
        Assert.IsTrue(controller.IsPinOpen(Pin));
    }

    [BoardTest]
    public void Controller_PinNotOpen_ThrowsInvalidOperation()
    {
        var controller = new GpioController();
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.Read(Pin));
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.Write(Pin, PinValue.High));
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.SetPinMode(Pin, PinMode.Output));
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.GetPinMode(Pin));
        Assert.ThrowsExactly<InvalidOperationException>(() => controller.ClosePin(Pin));
        Assert.ThrowsExactly<InvalidOperationException>(
            () => controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Rising, (_, _) => { }));
        controller.UnregisterCallbackForPinValueChangedEvent(Pin, (_, _) => { });
    }

    [BoardTest]
    public void Pin_Disposed_EveryUseThrows()
    {
        var controller = new GpioController();
        GpioPin pin = controller.OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.Dispose();
        pin.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.Read());
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.Write(PinValue.High));
        Assert.ThrowsExactly<ObjectDisposedException>(pin.Toggle);
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.GetPinMode());
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.SetPinMode(PinMode.Input));
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.IsPinModeSupported(PinMode.Input));
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.ValueChanged += (_, _) => { });
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.ValueChanged -= (_, _) => { });
        pin.DebounceTimeout = TimeSpan.FromMilliseconds(20);
        Assert.AreEqual(Pin, pin.PinNumber);
        Assert.AreEqual(PinMode.Input, Outside.GetPin(Pin).Mode);
        Assert.IsFalse(Outside.GetPin(Pin).IsOpen);
    }

    [BoardTest]
    public void Dispose_AnyController_ClosesThePinsOfAll()
    {
        var first = new GpioController();
        var second = new GpioController();
        GpioPin pin = first.OpenPin(Pin, PinMode.Output);
        second.Dispose();
        second.Dispose();
        Assert.IsFalse(Outside.GetPin(Pin).IsOpen);
        Assert.ThrowsExactly<ObjectDisposedException>(() => pin.Read());
        Assert.ThrowsExactly<ObjectDisposedException>(() => second.Read(Pin));
        Assert.ThrowsExactly<ObjectDisposedException>(() => second.Write(Pin, PinValue.High));
        Assert.ThrowsExactly<ObjectDisposedException>(() => second.SetPinMode(Pin, PinMode.Input));
        Assert.IsTrue(second.OpenPin(Pin + 1).PinNumber == Pin + 1, "opening is not checked, as on a board");
    }

    [BoardTest]
    public void Drive_NoSuchPin_ThrowsAndChangesNothing()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Outside.Drive(new WireChange(1, Drive.High), new WireChange(40, Drive.High)));
        Assert.IsFalse(Outside.GetPin(1).IsHigh);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Outside.GetPin(-1));
    }

    [BoardTest]
    public void PinValue_Conversions_AreThoseOfTheRealOne()
    {
        Assert.AreEqual(PinValue.High, (PinValue)7);
        Assert.AreEqual(PinValue.Low, (PinValue)0);
        Assert.IsTrue((bool)PinValue.High && (byte)PinValue.High == 1 && (int)PinValue.Low == 0);
        Assert.IsTrue(PinValue.High != PinValue.Low && PinValue.High.Equals((object)PinValue.High));
        Assert.IsFalse(PinValue.High.Equals((object)1));
        Assert.AreEqual("High Low", $"{PinValue.High} {PinValue.Low}");
        (int number, PinValue value) = new PinValuePair(3, PinValue.High);
        Assert.IsTrue(number == 3 && value == PinValue.High);
    }
}
