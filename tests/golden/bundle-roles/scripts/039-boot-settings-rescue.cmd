@echo off
rem Step 39 of 40: settings of the boot entry that starts from \rescue.vhdx.
set "HVS_STORE=S:\EFI\Microsoft\Boot\BCD"
set "HVS_VHD=\rescue.vhdx"
call :find
if not "%errorlevel%"=="0" exit /b %errorlevel%
bcdedit /store "S:\EFI\Microsoft\Boot\BCD" /set %HVS_ENTRY% sos yes
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
rem ---- the identifier of the entry that starts from HVS_VHD; bcdboot makes a new one on each machine ----
rem In bcdedit's list it stands in the line above "device vhd=[Y:]\a.vhd,locate=...", in braces; below comes "osdevice",
rem the same. No other words of the list are read: some are in the language of the machine.
:find
set "HVS_DEVICE="
set "HVS_OSDEVICE="
set "HVS_MORE="
for /f "tokens=1,2 delims={},]" %%A in ('bcdedit /store "%HVS_STORE%" /enum osloader /v') do (
    if /i "%%B"=="%HVS_VHD%" if defined HVS_OSDEVICE set "HVS_MORE=yes"
    if /i "%%B"=="%HVS_VHD%" if defined HVS_DEVICE set "HVS_OSDEVICE=yes"
    if /i "%%B"=="%HVS_VHD%" set "HVS_DEVICE=yes"
    if not defined HVS_DEVICE set "HVS_ENTRY={%%B}"
)
if defined HVS_OSDEVICE if not defined HVS_MORE exit /b 0
echo There must be one entry that starts from "%HVS_VHD%" in "%HVS_STORE%". These are there:
bcdedit /store "%HVS_STORE%" /enum osloader
exit /b 1
