@echo off
rem Step 7 of 24: 4 values in the image's SOFTWARE hive.
rem import site.reg
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Name" /t REG_SZ /d "Branch \"North\"" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Flags" /t REG_DWORD /d "3" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Servers" /t REG_MULTI_SZ /d "a.example\0b.example" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value Old must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Old" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_4
reg delete "HKLM\hvsbuild-SOFTWARE\Example\Site" /v "Old" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_4
exit /b 0
