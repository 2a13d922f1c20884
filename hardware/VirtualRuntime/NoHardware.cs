namespace VirtualRuntime;

/// <summary>What members say that need the hardware behind the shapes.</summary>
internal static class NoHardware
{
    internal static Exception Here => new PlatformNotSupportedException(
        "This library has the shapes of a board's hardware, for the compiler; the hardware is not in it. Run the firmware on the "
        + "virtual board: dotnet run --project hardware/VirtualBoard -- --firmware YOUR.csproj");
}
