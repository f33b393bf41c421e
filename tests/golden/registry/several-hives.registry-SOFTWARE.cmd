@echo off
rem Step 13 of 29: 3 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "B" /t REG_DWORD /d "2" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "A" /t REG_DWORD /d "1" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value C must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "C" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_3
reg delete "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "C" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_3
exit /b 0
