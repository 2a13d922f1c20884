using System.Text.RegularExpressions;
using Hardware.Cli;
using Hardware.DeviceCheck;
using Hardware.DeviceCheck.Metadata;

namespace DeviceCheck.Tests;

/// <summary>The listings, and what is made from them.</summary>
[TestClass]
public sealed class ListingTests
{
    [TestMethod]
    public void Assembly_MadeFromAListing_GivesTheListingAgain()
    {
        BoardLibraries libraries = new();
        foreach (string name in libraries.Names)
        {
            string text = Repository.Text($"hardware/DeviceCheck/Api/{name}.tsv");
            string package = text.Split('\n')[0].Split('\t')[4];
            using TemporaryFile assembly = new(libraries.Make(name));
            Assert.AreEqual(text, ListingWriter.Write(assembly.Path, package), name);
        }

        CollectionAssert.Contains(libraries.Names.ToArray(), "System.Device.Gpio");
    }

    [TestMethod]
    public void Listing_OfMscorlib_IsThatOfTheRealOne()
    {
        string version = new BoardLibraries().CoreVersion;
        string? real = CorePackage.Find(version, Repository.Root);
        if (real == null) Assert.Inconclusive($"{CorePackage.Name} {version} cannot be fetched here");
        Assert.AreEqual(
            Repository.Text("hardware/DeviceCheck/Api/mscorlib.tsv"), ListingWriter.Write(real, $"{CorePackage.Name} {version}"));
    }

    [TestMethod]
    public void Listing_OfMscorlib_IsOfTheVersionThatTheFirmwareTakes()
    {
        string pinned = Regex.Match(Repository.Text("firmware/Device.props"), "<CoreLibraryVersion>(.*)</").Groups[1].Value;
        Assert.AreEqual(pinned, new BoardLibraries().CoreVersion);
    }

    [TestMethod]
    public void Package_NotListed_IsRefusedWithThoseThatAre()
    {
        UsageException refused = Assert.ThrowsExactly<UsageException>(() => new BoardLibraries().Closure(["nanoFramework.Json"]));
        StringAssert.Contains(refused.Message, "no listing of the package nanoFramework.Json");
        StringAssert.Contains(refused.Message, "nanoFramework.System.Device.Gpio");
    }
}
