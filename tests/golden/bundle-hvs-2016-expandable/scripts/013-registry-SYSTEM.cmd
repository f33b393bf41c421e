@echo off
rem Step 13 of 26: 8 values and 1 key in the image's SYSTEM hive.
setlocal
rem The current control set is the one that Select\Current names: 0x1 is ControlSet001.
set "current="
for /f "tokens=2,3" %%a in ('reg query "HKLM\hvsbuild-SYSTEM\Select" /v Current') do if "%%a"=="REG_DWORD" set "current=%%b"
set "controlset="
for %%n in (1 2 3 4 5 6 7 8 9) do if "%current%"=="0x%%n" set "controlset=ControlSet00%%n"
if not defined controlset echo Select\Current names no control set: "%current%">&2
if not defined controlset exit /b 1
reg query "HKLM\hvsbuild-SYSTEM\%controlset%" >nul 2>nul
if not "%errorlevel%"=="0" echo There is no %controlset%, which Select\Current names>&2
if not "%errorlevel%"=="0" exit /b 1
rem tweak expand-on-demand: an expandable VHD grows only as it is written
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Services\FsDepends\Parameters" /v "VirtualDiskExpandOnMount" /t REG_DWORD /d "4" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem tweak usb-boot: the drivers for a start from USB are there early enough
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control" /v "BootDriverFlags" /t REG_DWORD /d "20" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem tweak no-pagefile: no page file
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management" /v "PagingFiles" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value ExistingPageFiles must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management" /v "ExistingPageFiles" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_4
reg delete "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management" /v "ExistingPageFiles" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_4
rem tweak flash-lifetime: fewer writes to the flash
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management\PrefetchParameters" /v "EnablePrefetcher" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management\PrefetchParameters" /v "EnableSuperfetch" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\FileSystem" /v "NtfsDisableLastAccessUpdate" /t REG_DWORD /d "1" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem the spec itself
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Terminal Server" /v "fDenyTSConnections" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem import site.reg
rem The key CurrentControlSet\Services\ExampleAgent must not be there, nor anything below it.
reg query "HKLM\hvsbuild-SYSTEM\%controlset%\Services\ExampleAgent" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_9
reg delete "HKLM\hvsbuild-SYSTEM\%controlset%\Services\ExampleAgent" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_9
exit /b 0
