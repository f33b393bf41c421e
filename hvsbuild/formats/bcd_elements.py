"""The elements of BCD objects by the names that bcdedit has for them, and the words of those that are not free numbers.

Data only. An element's code is 32 bits: class (1 library, 2 application, 3 device options, 4 template), format, number.
Application elements mean different things in different kinds of object.
Sources: Geoff Chappell, https://www.geoffchappell.com/notes/windows/boot/bcd/elements.htm (bcdedit's own tables, up to
Windows 10 2004); Microsoft, "BCDEdit /set"; checked against real stores and real listings.
"""

from __future__ import annotations

_LIBRARY = """
11000001 device  12000002 path  12000004 description  12000005 locale  14000006 inherit  15000007 truncatememory
14000008 recoverysequence  16000009 recoveryenabled  1700000a badmemorylist  1600000b badmemoryaccess
1500000c firstmegabytepolicy  1500000d relocatephysical  1500000e avoidlowmemory  1600000f traditionalkseg
16000010 bootdebug  15000011 debugtype  15000012 debugaddress  15000013 debugport  15000014 baudrate  15000015 channel
12000016 targetname  16000017 noumex  15000018 debugstart  12000019 busparams  1500001a hostip  1500001b port
1600001c dhcp  1200001d key  1600001e vm  1200001f hostipv6  16000020 bootems  15000022 emsport  15000023 emsbaudrate
12000030 loadoptions  16000040 advancedoptions  16000041 optionsedit  15000042 keyringaddress
11000043 bootstatdevice  12000044 bootstatfilepath  16000045 preservebootstat
16000046 graphicsmodedisabled  15000047 configaccesspolicy  16000048 nointegritychecks  16000049 testsigning
1200004a fontpath  1500004b integrityservices  1500004c volumebandid  16000050 extendedinput
15000051 initialconsoleinput  15000052 graphicsresolution  16000053 restartonfailure  16000054 highestmode
16000060 isolatedcontext  15000065 displaymessage  15000066 displaymessageoverride  16000068 nobootuxtext
16000069 nobootuxprogress  1600006a nobootuxfade  1600006c bootuxdisabled  16000072 nokeyboard
16000074 bootshutdowndisabled  17000077 allowedinmemorysettings  15000079 bootuxtransitiontime  1600007a mobilegraphics
1600007b forcefipscrypto  1500007d booterrorux  1600007e flightsigning  1500007f measuredbootlogformat
15000080 displayrotation  15000081 logcontrol  16000082 nofirmwaresync  11000084 windowssyspart  16000087 numlock
12000088 additionalcipolicy  15000088 linearaddress57  47000006 elementstomigrate
"""
_BOOTMGR = """
24000001 displayorder  24000002 bootsequence  23000003 default  25000004 timeout  26000005 resume
23000006 resumeobject  24000007 startupsequence  24000010 toolsdisplayorder  26000020 displaybootmenu
26000021 noerrordisplay  21000022 bcddevice  22000023 bcdfilepath  26000025 hiberboot
26000028 processcustomactionsfirst  27000030 customactions  26000031 persistbootsequence
26000032 skipstartupsequence  22000040 fverecoveryurl  22000041 fverecoverymessage  26000042 flightedbootmgr
"""
_LOADER = """
21000001 osdevice  22000002 systemroot  23000003 resumeobject  26000004 stampdisks  26000010 detecthal
22000011 kernel  22000012 hal  22000013 dbgtransport  25000020 nx  25000021 pae  26000022 winpe
26000024 nocrashautoreboot  26000025 lastknowngood  26000030 nolowmem  25000031 removememory
25000032 increaseuserva  25000033 perfmem  26000040 vga  26000041 quietboot  26000042 novesa  26000043 novga
25000050 clustermodeaddressing  26000051 usephysicaldestination  25000052 restrictapiccluster  22000053 evstore
26000054 uselegacyapicmode  25000055 x2apicpolicy  26000060 onecpu  25000061 numproc  26000062 maxproc
25000063 configflags  26000064 maxgroup  26000065 groupaware  25000066 groupsize  26000070 usefirmwarepcisettings
25000071 msi  25000072 pciexpress  25000080 safeboot  26000081 safebootalternateshell  26000090 bootlog  26000091 sos
260000a0 debug  260000a1 halbreakpoint  260000a2 useplatformclock  260000a3 forcelegacyplatform
260000a4 useplatformtick  260000a5 disabledynamictick  250000a6 tscsyncpolicy  260000b0 ems
250000c1 driverloadfailurepolicy  250000c2 bootmenupolicy  260000c3 onetimeadvancedoptions
260000c4 onetimeoptionsedit  250000e0 bootstatuspolicy  260000e1 disableelamdrivers  250000f0 hypervisorlaunchtype
220000f1 hypervisorpath  260000f2 hypervisordebug  250000f3 hypervisordebugtype  250000f4 hypervisordebugport
250000f5 hypervisorbaudrate  250000f6 hypervisorchannel  250000f7 bootux  260000f8 hypervisordisableslat
220000f9 hypervisorbusparams  250000fa hypervisornumproc  250000fb hypervisorrootprocpernode
260000fc hypervisoruselargevtlb  250000fd hypervisorhostip  250000fe hypervisorhostport  250000ff hypervisordebugpages
25000100 tpmbootentropy  22000110 hypervisorusekey  25000113 hypervisorrootproc  26000114 hypervisordhcp
25000115 hypervisoriommupolicy  26000116 hypervisorusevapic  22000117 hypervisorloadoptions
25000118 hypervisormsrfilterpolicy  25000119 hypervisormmionxpolicy  2500011a hypervisorschedulertype
2200011b hypervisorrootprocnumanodes  2500011c hypervisorperfmon  2500011d hypervisorrootprocpercore
2200011e hypervisorrootprocnumanodelps  25000120 xsavepolicy  25000121 xsaveaddfeature0  25000122 xsaveaddfeature1
25000123 xsaveaddfeature2  25000124 xsaveaddfeature3  25000125 xsaveaddfeature4  25000126 xsaveaddfeature5
25000127 xsaveaddfeature6  25000128 xsaveaddfeature7  25000129 xsaveremovefeature  2500012a xsaveprocessorsmask
2500012b xsavedisable  2500012c kerneldebugtype  2200012d kernelbusparams  2500012e kerneldebugaddress
2500012f kerneldebugport  25000130 claimedtpmcounter  25000131 kernelchannel  22000132 kerneltargetname
25000133 kernelhostip  25000134 kernelport  26000135 kerneldhcp  22000136 kernelkey  22000137 imchivename
21000138 imcdevice  25000139 kernelbaudrate  22000140 mfgmode  26000141 event  25000142 vsmlaunchtype
25000144 hypervisorenforcedcodeintegrity  26000145 dtrace  21000150 systemdatadevice  21000151 osarcdevice
21000153 osdatadevice  21000154 bspdevice  22000156 kernelhostipv6  22000161 hypervisorhostipv6
"""
_RESUME = """
21000001 filedevice  22000002 filepath  26000003 customsettings  26000004 pae  21000005 associatedosdevice
26000006 debugoptionenabled  25000007 bootux  25000008 bootmenupolicy
"""
_MEMDIAG = """
25000001 passcount  25000002 testmix  25000003 failurecount  26000003 cacheenable  25000004 testtofail
26000004 failuresenabled  25000005 stridefailcount  25000006 invcfailcount  25000007 matsfailcount
25000008 randfailcount  25000009 chckrfailcount
"""
_DEVICE = """
35000001 ramdiskimageoffset  35000002 ramdisktftpclientport  31000003 ramdisksdidevice  32000004 ramdisksdipath
35000005 ramdiskimagelength  36000006 exportascd  35000007 ramdisktftpblocksize  35000008 ramdisktftpwindowsize
36000009 ramdiskmcenabled  3600000a ramdiskmctftpfallback  3600000b ramdisktftpvarwindow  3600000c vhdramdiskboot
"""


def _table(text: str) -> dict[int, str]:
    words = text.split()
    return {int(code, 16): name for code, name in zip(words[::2], words[1::2], strict=True)}


LIBRARY, BOOTMGR, LOADER = _table(_LIBRARY), _table(_BOOTMGR), _table(_LOADER)
RESUME, MEMDIAG, DEVICE = _table(_RESUME), _table(_MEMDIAG), _table(_DEVICE)

_ON_OFF = ("Disable", "Enable")
# Words of integer elements, from 0 up.
ENUMS = {
    "nx": ("OptIn", "OptOut", "AlwaysOff", "AlwaysOn"),
    "pae": ("Default", "ForceEnable", "ForceDisable"),
    "bootmenupolicy": ("Legacy", "Standard"),
    "bootstatuspolicy": (
        *("DisplayAllFailures", "IgnoreAllFailures", "IgnoreShutdownFailures", "IgnoreBootFailures"),
        *("IgnoreCheckpointFailures", "DisplayShutdownFailures", "DisplayBootFailures", "DisplayCheckpointFailures"),
        "AlwaysDisplayStartupFailures",
    ),
    "driverloadfailurepolicy": ("Fatal", "UseErrorControl"),
    "safeboot": ("Minimal", "Network", "DsRepair"),
    "debugtype": ("Serial", "1394", "USB", "NET", "Local"),
    "debugstart": ("Active", "AutoEnable", "Disable"),
    "kerneldebugtype": ("Serial", "1394", "USB", "NET"),
    "hypervisorlaunchtype": ("Off", "Auto"),
    "hypervisordebugtype": ("Serial", "1394", "None", "Net"),
    "hypervisoriommupolicy": ("Default", "Enable", "Disable"),
    "hypervisormsrfilterpolicy": _ON_OFF,
    "hypervisormmionxpolicy": _ON_OFF,
    "hypervisorschedulertype": ("Classic", "Core", "Root"),
    "hypervisorperfmon": ("System", "Hypervisor"),
    "hypervisorenforcedcodeintegrity": (*_ON_OFF, "Strict"),
    "vsmlaunchtype": ("Off", "Auto"),
    "bootux": ("Disabled", "Basic", "Standard"),
    "booterrorux": ("Legacy", "Standard", "Simple"),
    "integrityservices": ("Default", "Enable", "Disable"),
    "configaccesspolicy": ("Default", "DisallowMmConfig"),
    "graphicsresolution": ("1024x768", "800x600", "1024x600"),
    "measuredbootlogformat": ("Default", "Sha1"),
    "displayrotation": ("0", "90", "180", "270"),
    "linearaddress57": ("Default", "OptOut", "OptIn"),
    "testmix": ("Basic", "Extended"),
    "testtofail": ("Stride", "Mats", "InverseCoupling", "RandomPattern", "Checkerboard"),
    "msi": ("Default", "ForceDisable"),
    "pciexpress": ("Default", "ForceDisable"),
    "tpmbootentropy": ("Default", "ForceDisable", "ForceEnable"),
    "firstmegabytepolicy": ("UseNone", "UseAll", "UsePrivate"),
    "tscsyncpolicy": ("Default", "Legacy", "Enhanced"),
    "x2apicpolicy": ("Default", "Disable", "Enable"),
    "displaymessageoverride": (
        *("Default", "Resume", "HyperV", "Recovery", "StartupRepair"),
        *("SystemImageRecovery", "CommandPrompt", "SystemRestore", "PushButtonReset"),
    ),
}
ENUMS["displaymessage"] = ENUMS["displaymessageoverride"]
# Numbers, and lists of them, that bcdedit prints in hexadecimal; and those that are an IPv4 address.
HEXADECIMAL = {
    *("allowedinmemorysettings", "elementstomigrate", "badmemorylist", "debugaddress", "kerneldebugaddress"),
    *("truncatememory", "avoidlowmemory", "relocatephysical"),
}
ADDRESSES = {"hostip", "hypervisorhostip", "kernelhostip"}
BOOLEANS = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}
