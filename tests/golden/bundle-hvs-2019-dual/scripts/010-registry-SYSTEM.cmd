@echo off
rem Step 10 of 24: 2 values and 1 key in the image's SYSTEM hive.
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
reg add "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "PagingFiles" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value ExistingPageFiles must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "ExistingPageFiles" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_2
reg delete "HKLM\hvsbuild-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "ExistingPageFiles" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_2
rem import site.reg
rem The key CurrentControlSet\Services\ExampleAgent must not be there, nor anything below it.
reg query "HKLM\hvsbuild-SYSTEM\%controlset%\Services\ExampleAgent" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_3
reg delete "HKLM\hvsbuild-SYSTEM\%controlset%\Services\ExampleAgent" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_3
exit /b 0
