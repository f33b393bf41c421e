@echo off
rem Step 10 of 26: 7 values in the image's SOFTWARE hive.
rem tweak flash-lifetime: fewer writes to the flash
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Dfrg\BootOptimizeFunction" /v "Enable" /t REG_SZ /d "N" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem the spec itself
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System" /v "LegalNoticeCaption" /t REG_SZ /d "Example AG" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System" /v "LegalNoticeText" /t REG_EXPAND_SZ /d "%%COMPUTERNAME%% is watched." /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem import site.reg
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Name" /t REG_SZ /d "Branch \"North\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Flags" /t REG_DWORD /d "3" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Servers" /t REG_MULTI_SZ /d "a.example\0b.example" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value Old must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Old" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_7
reg delete "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Old" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_7
exit /b 0
