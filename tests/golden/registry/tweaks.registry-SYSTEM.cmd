@echo off
rem Step 10 of 23: 7 values in the image's SYSTEM hive.
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
rem tweak flash-lifetime: fewer writes to the flash
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management\PrefetchParameters" /v "EnablePrefetcher" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Memory Management\PrefetchParameters" /v "EnableSuperfetch" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\FileSystem" /v "NtfsDisableLastAccessUpdate" /t REG_DWORD /d "1" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem tweak usb-boot: the drivers for a start from USB are there early enough
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control" /v "BootDriverFlags" /t REG_DWORD /d "20" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem the spec itself
reg add "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\CrashControl" /v "CrashDumpEnabled" /t REG_DWORD /d "7" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem tweak no-hibernate: no hibernation
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Power" /v "HibernateEnabled" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SYSTEM\%controlset%\Control\Session Manager\Power" /v "HiberbootEnabled" /t REG_DWORD /d "0" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
