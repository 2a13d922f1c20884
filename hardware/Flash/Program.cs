using Hardware.Flash;
using Hardware.Serial;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "nf.sln")))
{
    if (Path.GetDirectoryName(root) is not { } parent)
    {
        Console.Error.WriteLine("flash: run it in its repository, with dotnet run --project hardware/Flash");
        return FlashTool.WrongUse;
    }

    root = parent;
}

string[] Ports() => SerialPortList.Find().Select(port => port.Path).ToArray();

return await new FlashTool(Console.Out, Console.Error, root, Ports, ChildProcess.RunAsync).RunAsync(args);
